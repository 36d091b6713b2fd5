#pragma once

#include "core/io/hdf5.h"
#include "core/model/model.h"

#include <string>

/// The groups and attributes of a native model file, for files that hold more beside them (training checkpoints).
/// Included by core's .cpp files only, like hdf5.h.
namespace zscape {

/// Throws Error.
void writeModelContent(hid_t file, const Model& model);
/// `where` names the file in messages. Throws Error, see readNativeModel.
Model readModelContent(hid_t file, const std::string& where);

} // namespace zscape
