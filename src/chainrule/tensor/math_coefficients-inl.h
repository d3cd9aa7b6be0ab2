// Coefficients of the math functions. Written by tools/make_math_tables.py: change it there.
//
// Polynomials are minimax fits in ascending order of powers; the error is that of the fitted function itself,
// relative to the result it enters.
// clang-format off
#pragma once

#include <array>
#include <cstdint>

namespace chainrule {

template <typename T>
struct MathCoefficients;

template <>
struct MathCoefficients<float> {
  static constexpr float kLog2E = 0x1.715476p+0F;  // log2(e)
  static constexpr float kLn2High = 0x1.62e4p-1F;  // n times this is exact for every exponent n
  static constexpr float kLn2Low = 0x1.7f7d1cp-20F;
  static constexpr float kTanhLimit = 0x1.4p-1F;
  static constexpr float kErfLimit = 0x1.2p+0F;
  static constexpr float kErfcxShift = 0x1.8p+1F;
  static constexpr float kErfcxCentre = 0x1p-3F;
  // (exp(r) - 1 - r) / r^2 in r, |r| <= ln(2) / 2; error 2^-25.8
  static constexpr std::array<float, 5> kExp = {
      0x1.fffffep-2F,
      0x1.5554aep-3F,
      0x1.555676p-5F,
      0x1.1228e2p-7F,
      0x1.6bebecp-10F,
  };
  // (log((1 + s) / (1 - s)) / s - 2) / s^2 in s^2, |s| <= 3 - sqrt(8); error 2^-31.1
  static constexpr std::array<float, 4> kLog = {
      0x1.555556p-1F,
      0x1.999a7ep-2F,
      0x1.24356p-2F,
      0x1.e3b624p-3F,
  };
  // (tanh(x) / x - 1) / x^2 in x^2, |x| <= 0.625; error 2^-30.0
  static constexpr std::array<float, 6> kTanh = {
      -0x1.555554p-2F,
      0x1.11107ap-3F,
      -0x1.b9f006p-5F,
      0x1.63896cp-6F,
      -0x1.0bad74p-7F,
      0x1.17394cp-9F,
  };
  // erf(x) / x - 1 in x^2, |x| <= 1.125; error 2^-27.0
  static constexpr std::array<float, 8> kErf = {
      0x1.06eba8p-3F,
      -0x1.812746p-2F,
      0x1.ce2ecap-4F,
      -0x1.b823fcp-6F,
      0x1.55ea88p-8F,
      -0x1.ba00f2p-11F,
      0x1.c8ea78p-14F,
      -0x1.224fa8p-17F,
  };
  // (y + 3.0) exp(y^2) erfc(y) in 1 / (y + 3.0) - 0.125, 0 <= y <= 10.2; error 2^-26.3
  static constexpr std::array<float, 10> kErfcx = {
      0x1.c5723ap-1F,
      0x1.eb2c5ep+1F,
      0x1.ca7dbap+3F,
      0x1.66eaf4p+5F,
      0x1.bf98b2p+6F,
      0x1.88367cp+7F,
      0x1.0dd1c8p+7F,
      -0x1.82dd0cp+8F,
      -0x1.fe4252p+10F,
      0x1.99d3e2p+11F,
  };
  // (sin(x) / x - 1) / x^2 in x^2, |x| <= pi / 4; error 2^-28.2
  static constexpr std::array<float, 4> kSin = {
      -0x1.555556p-3F,
      0x1.111108p-7F,
      -0x1.a00ecap-13F,
      0x1.6c9d16p-19F,
  };
  // (cos(x) - 1 + x^2 / 2) / x^4 in x^2, |x| <= pi / 4; error 2^-30.9
  static constexpr std::array<float, 4> kCos = {
      0x1.555556p-5F,
      -0x1.6c16bcp-10F,
      0x1.a01284p-16F,
      -0x1.24635ep-22F,
  };
  static constexpr float kTwoOverPi = 0x1.45f306p-1F;
  // pi/2 in parts of 13 bits: n times a part is exact up to n = 2^10.
  static constexpr std::array<float, 4> kPiOverTwoParts = {
      0x1.921p+0F,
      0x1.f6ap-13F,
      0x1.11p-26F,
      0x1.68c234p-39F,
  };
};

template <>
struct MathCoefficients<double> {
  static constexpr double kLog2E = 0x1.71547652b82fep+0;  // log2(e)
  static constexpr double kLn2High = 0x1.62e42fefa3p-1;  // n times this is exact for every exponent n
  static constexpr double kLn2Low = 0x1.3de6af278ece6p-42;
  static constexpr double kTanhLimit = 0x1.8p-1;
  static constexpr double kErfLimit = 0x1.2p+0;
  static constexpr double kErfcxShift = 0x1p+2;
  static constexpr double kErfcxCentre = 0x1p-4;
  // (exp(r) - 1 - r) / r^2 in r, |r| <= ln(2) / 2; error 2^-60.3
  static constexpr std::array<double, 11> kExp = {
      0x1p-1,
      0x1.5555555555559p-3,
      0x1.555555555553ep-5,
      0x1.111111110f64fp-7,
      0x1.6c16c16c1f33cp-10,
      0x1.a01a01b012435p-13,
      0x1.a01a017b372b1p-16,
      0x1.71ddf7d0f5561p-19,
      0x1.27e536c2623fep-22,
      0x1.af5fbe71af758p-26,
      0x1.1ee88ad72ecd3p-29,
  };
  // (log((1 + s) / (1 - s)) / s - 2) / s^2 in s^2, |s| <= 3 - sqrt(8); error 2^-58.5
  static constexpr std::array<double, 7> kLog = {
      0x1.555555555557cp-1,
      0x1.99999999845d8p-2,
      0x1.2492493fd0d45p-2,
      0x1.c71c529dde8e8p-3,
      0x1.74664f27996d3p-3,
      0x1.399c613191fdcp-3,
      0x1.2f59344ba5ef7p-3,
  };
  // (tanh(x) / x - 1) / x^2 in x^2, |x| <= 0.75; error 2^-56.5
  static constexpr std::array<double, 13> kTanh = {
      -0x1.5555555555551p-2,
      0x1.11111111109a2p-3,
      -0x1.ba1ba1b9abbep-5,
      0x1.664f486a12974p-6,
      -0x1.226e32474ce4cp-7,
      0x1.d6d3545977ba1p-9,
      -0x1.7d9cd9b662179p-10,
      0x1.351b4f38c007p-11,
      -0x1.f25ff82cee35dp-13,
      0x1.88033906f2e4ap-14,
      -0x1.1a06c9adff567p-15,
      0x1.3e3a9304d73f6p-17,
      -0x1.8d7b4b41fb8d2p-20,
  };
  // erf(x) / x - 1 in x^2, |x| <= 1.125; error 2^-55.9
  static constexpr std::array<double, 13> kErf = {
      0x1.06eba8214db68p-3,
      -0x1.812746b0379dbp-2,
      0x1.ce2f21a0423d3p-4,
      -0x1.b82ce31265732p-6,
      0x1.565bcd0966fb1p-8,
      -0x1.c02db326e1e78p-11,
      0x1.f9a30f4fd0914p-14,
      -0x1.f4d0a16aec747p-17,
      0x1.b9d08f011a951p-20,
      -0x1.5eaeeffc18f05p-23,
      0x1.f371bed6b6527p-27,
      -0x1.2ca5b08b60ca6p-30,
      0x1.d109790b9c217p-35,
  };
  // (y + 4.0) exp(y^2) erfc(y) in 1 / (y + 4.0) - 0.0625, 0 <= y <= 27.3; error 2^-54.4
  static constexpr std::array<double, 23> kErfcx = {
      0x1.7fd46c5e0864dp-1,
      0x1.f1cc3ba338031p+1,
      0x1.30aaf5bfa1c6cp+4,
      0x1.5e00c59f4eefap+6,
      0x1.7698e5ec90527p+8,
      0x1.71cbb5f11d9eep+10,
      0x1.4be7e86cd0b52p+12,
      0x1.08d50c3ff4c76p+14,
      0x1.69128fefe117bp+15,
      0x1.814f6e4c380efp+16,
      0x1.d56b6bd42de6ep+16,
      -0x1.38dd0aa361eb2p+17,
      -0x1.4c7dd24b04c9ep+20,
      -0x1.a489e691e439dp+21,
      -0x1.898f4b2bdb1c5p+20,
      0x1.33eebb1e0de2dp+25,
      -0x1.707040caddf5dp+25,
      0x1.78fb0189f03e3p+29,
      -0x1.853f8808b14fap+31,
      -0x1.a1fe57e75af5ap+31,
      0x1.51c631d06d35ap+35,
      -0x1.734d3af787dd8p+36,
      0x1.17a197be54256p+36,
  };
  // (sin(x) / x - 1) / x^2 in x^2, |x| <= pi / 4; error 2^-57.3
  static constexpr std::array<double, 7> kSin = {
      -0x1.5555555555555p-3,
      0x1.111111111110cp-7,
      -0x1.a01a01a018c6ep-13,
      0x1.71de3a53445p-19,
      -0x1.ae645292bf51cp-26,
      0x1.612086077b40fp-33,
      -0x1.aa9b9e5d3d52fp-41,
  };
  // (cos(x) - 1 + x^2 / 2) / x^4 in x^2, |x| <= pi / 4; error 2^-59.9
  static constexpr std::array<double, 7> kCos = {
      0x1.5555555555555p-5,
      -0x1.6c16c16c16c15p-10,
      0x1.a01a01a01975ap-16,
      -0x1.27e4fb7694661p-22,
      0x1.1eed8d40c91adp-29,
      -0x1.9393dc88a4d38p-37,
      0x1.ab09dcbaaba54p-45,
  };
  // ((log((1 + s) / (1 - s)) / s - 2) / s^2 - 2/3) / s^2 in s^2, |s| <= 3 - sqrt(8); error 2^-66.5
  static constexpr std::array<double, 9> kLogTail = {
      0x1.999999999999ap-2,
      0x1.249249249248bp-2,
      0x1.c71c71c71e794p-3,
      0x1.745d1743d6662p-3,
      0x1.3b13b248c0231p-3,
      0x1.1110bc745575ap-3,
      0x1.e2020cc56661p-4,
      0x1.ab86f3a4b671ap-4,
      0x1.bef016e19951bp-4,
  };
  static constexpr double kTwoOverPi = 0x1.45f306dc9c883p-1;
  // pi/2 in parts of 33 bits: n times a part is exact up to n = 2^20.
  static constexpr std::array<double, 4> kPiOverTwoParts = {
      0x1.921fb544p+0,
      0x1.0b4611a6p-34,
      0x1.3198a2ep-69,
      0x1.b839a252049c1p-104,
  };
};

struct TrigonometricConstants {
  static constexpr double kPiOverTwoHigh = 0x1.921fb54442d18p+0;
  static constexpr double kPiOverTwoLow = 0x1.1a62633145c07p-54;
  // The bits of 2/pi, most significant first: 64 before the binary point (all 0), the others after it.
  static constexpr std::array<std::uint64_t, 21> kTwoOverPiBits = {
      0U,
      0xa2f9836e4e441529U,
      0xfc2757d1f534ddc0U,
      0xdb6295993c439041U,
      0xfe5163abdebbc561U,
      0xb7246e3a424dd2e0U,
      0x06492eea09d1921cU,
      0xfe1deb1cb129a73eU,
      0xe88235f52ebb4484U,
      0xe99c7026b45f7e41U,
      0x3991d639835339f4U,
      0x9c845f8bbdf9283bU,
      0x1ff897ffde05980fU,
      0xef2f118b5a0a6d1fU,
      0x6d367ecf27cb09b7U,
      0x4f463f669e5fea2dU,
      0x7527bac7ebe5f17bU,
      0x3d0739f78a5292eaU,
      0x6bfb5fb11f8d5d08U,
      0x56033046fc7b6babU,
      0xf0cfbc209af4361dU,
  };
};

struct PowerConstants {
  static constexpr double kTwoThirdsHigh = 0x1.5555555555555p-1;
  static constexpr double kTwoThirdsLow = 0x1.5555555555555p-55;
};

}  // namespace chainrule
