// One variable for each meaning of a colour, set once for light and once for dark mode; print is always
// light. In both palettes text has a contrast of at least 4.5 to 1 with its background, and a line at least 3
// to 1 (WCAG 2.1, 1.4.3 and 1.4.11). No meaning depends on colour alone: dashes, words and shades repeat it.
#include "chainrule/io/report_style.h"

namespace chainrule {

namespace {

constexpr std::string_view kStyle = R"css(
:root{color-scheme:light dark;
--page:#f4f5f8;--card:#fff;--ink:#1a1e26;--quiet:#525b6b;--rule:#d8dce5;--grid:#e6e9ef;
--first:#1d5fd1;--second:#b8500a;--good:#1e3a8a;--bad:#9a3412;--mark:#6b7280;
--layer0:#1d5fd1;--layer1:#0f8a8a;--layer2:#3f8f2f;--layer3:#a88400;--layer4:#b8500a;--layer5:#a3195b}
@media screen and (prefers-color-scheme:dark){:root{
--page:#0e1116;--card:#171b22;--ink:#e7eaf0;--quiet:#a4adbd;--rule:#313846;--grid:#272d38;
--first:#7db0ff;--second:#f5a45a;--good:#93c5fd;--bad:#fdba74;--mark:#8b95a7;
--layer0:#7db0ff;--layer1:#5fd0d0;--layer2:#94d67e;--layer3:#e6c84b;--layer4:#f5a45a;--layer5:#f08cba}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,"Segoe UI",Roboto,
"Noto Sans",sans-serif}
main{max-width:62rem;margin:0 auto;padding:1.5rem 1rem 3rem}
section,header{background:var(--card);border:1px solid var(--rule);border-radius:10px;
padding:1.25rem 1.5rem;margin:0 0 1rem}
h1{font-size:1.05rem;font-weight:600;margin:0;color:var(--quiet);overflow-wrap:anywhere}
h2{font-size:1.2rem;margin:0 0 .75rem}
h3{font-size:1rem;margin:1.25rem 0 .5rem}
p{margin:.5rem 0;max-width:48rem;overflow-wrap:anywhere}
.score{font-size:4rem;line-height:1.1;font-weight:700;margin:.5rem 0 0;letter-spacing:-.02em}
.measure{color:var(--quiet);margin:0 0 .75rem}
.learned{font-size:1.1rem}
.quiet{color:var(--quiet);font-size:.9rem}
dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(11rem,1fr));gap:.75rem 1.5rem;margin:1rem 0 0}
dt{color:var(--quiet);font-size:.85rem}
dd{margin:0;font-weight:600;overflow-wrap:anywhere}
figure{margin:0 0 1rem}
figcaption{font-weight:600;margin:0 0 .25rem}
.side{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,17.5rem),1fr));gap:1rem 1.5rem}
.scroll{overflow:auto;max-height:32rem}
.wide{overflow-x:auto}
table{border-collapse:collapse;font-size:.92rem;font-variant-numeric:tabular-nums}
caption{text-align:left;font-weight:600;padding:0 0 .35rem}
th,td{padding:.3rem .8rem;border-bottom:1px solid var(--rule);text-align:left;vertical-align:top;max-width:28rem;overflow-wrap:break-word}
th{font-weight:600}
thead th{color:var(--quiet);font-size:.85rem;border-bottom-width:2px;overflow-wrap:normal}
th:first-child,td:first-child{padding-left:0}
.n{text-align:right;white-space:nowrap}
ul{margin:0;padding-left:1.2rem;max-width:48rem;overflow-wrap:anywhere}
svg{display:block;max-width:100%;height:auto}
.wide svg{max-width:none}
.large{overflow-x:auto}
.large svg{min-width:36rem}
svg text{font:12px system-ui,"Segoe UI",Roboto,"Noto Sans",sans-serif;fill:var(--ink)}
svg .tick,svg .label,svg .note{fill:var(--quiet)}
.frame{stroke:var(--quiet);stroke-width:1}
.grid{stroke:var(--grid);stroke-width:1;fill:none}
.line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
.training{stroke:var(--first)}
.validation{stroke:var(--second);stroke-dasharray:7 4}
.layer0{stroke:var(--layer0)}.layer1{stroke:var(--layer1)}.layer2{stroke:var(--layer2)}
.layer3{stroke:var(--layer3)}.layer4{stroke:var(--layer4)}.layer5{stroke:var(--layer5)}
.dot{fill:var(--card);stroke-width:2;stroke-dasharray:none}
.mark{stroke:var(--mark);stroke-width:1.25;stroke-dasharray:2 3}
.diagonal{stroke:var(--mark);stroke-width:1.25}
.points{fill:none;stroke:var(--first);stroke-width:5;stroke-linecap:round;stroke-opacity:.4}
.bar{fill:var(--first)}
.bar.chance{fill:var(--mark)}
.whisker{stroke:var(--ink);stroke-width:1.5}
.gap{stroke:var(--second);stroke-width:1.5;fill:none}
.bubble{fill:var(--first);fill-opacity:.75;stroke:var(--card);stroke-width:1}
.cell{stroke:var(--grid);stroke-width:1}
.right.cell{fill:var(--good)}
.wrong.cell{fill:var(--bad)}
svg .share{font-size:10px}
.shade0{fill-opacity:.0}.shade1{fill-opacity:.11}.shade2{fill-opacity:.22}.shade3{fill-opacity:.33}.shade4{fill-opacity:.44}
.shade5{fill-opacity:.56}.shade6{fill-opacity:.67}.shade7{fill-opacity:.78}.shade8{fill-opacity:.89}.shade9{fill-opacity:1}
svg text.right,svg text.wrong{fill-opacity:1}
svg text.shade6,svg text.shade7,svg text.shade8,svg text.shade9{fill:#fff}
@media screen and (prefers-color-scheme:dark){
svg text.shade6,svg text.shade7,svg text.shade8,svg text.shade9{fill:#0b1220}}
.unit{fill:var(--card);stroke:var(--ink);stroke-width:1.5}
.unit.off{stroke:var(--mark);stroke-dasharray:3 2}
.weight{fill:none;stroke:var(--mark);stroke-opacity:.45;stroke-width:.75}
.weight.plus{stroke:var(--first)}
.weight.minus{stroke:var(--second);stroke-dasharray:5 2}
.w0{stroke-width:.4;stroke-opacity:.25}.w1{stroke-width:.8;stroke-opacity:.45}
.w2{stroke-width:1.5;stroke-opacity:.7}.w3{stroke-width:2.6;stroke-opacity:.9}
svg .strong{font-weight:600}
@media print{body{background:#fff;font-size:11pt}main{max-width:none;padding:0}
section,header{border:0;padding:0 0 1rem;break-inside:auto}figure,tr,dl{break-inside:avoid}
.scroll,.wide{overflow:visible;max-height:none}.wide svg{max-width:100%}.large svg{min-width:0}
svg,.cell{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
)css";

}  // namespace

std::string_view report_style() {
  return kStyle;
}

}  // namespace chainrule
