// The settings of the layers in front of a network (session/front_plan.h), as the table estimators pass them.
#pragma once

#include <nanobind/nanobind.h>

#include <functional>
#include <map>
#include <string>

#include "chainrule/session/train_request.h"

namespace chainrule::python {

using SetOfRequest = std::function<void(TrainRequest&, nanobind::handle)>;

inline std::map<std::string, SetOfRequest> with_front_settings(std::map<std::string, SetOfRequest> settings) {
  using R = TrainRequest;
  using H = nanobind::handle;
  const auto word = [](H value) { return nanobind::cast<std::string>(value); };
  settings["number_embedding"] = [word](R& r, H v) {
    r.number_embedding = parse_name<NumberEmbedding>(word(v));
  };
  settings["word_embedding"] = [](R& r, H v) { r.word_embedding = nanobind::cast<std::size_t>(v); };
  settings["input_scaling"] = [word](R& r, H v) { r.input_scaling = parse_name<InputScaling>(word(v)); };
  settings["parametrization"] = [word](R& r, H v) {
    r.parametrization = parse_name<Parametrization>(word(v));
  };
  return settings;
}

}  // namespace chainrule::python
