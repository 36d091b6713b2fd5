#pragma once

#include "core/model/model.h"

#include <filesystem>
#include <string>
#include <vector>

namespace zscape {

/// The history of a run as CSV, one line an epoch: epoch, loss, rec, kl, validation_loss, validation_rec,
/// validation_kl, learning_rate, seconds; digits that read back exactly.
std::string trainingLogText(const std::vector<EpochRecord>& history);
/// Atomic. Throws Error.
void writeTrainingLog(const std::vector<EpochRecord>& history, const std::filesystem::path& path);

/// Reads such a CSV, or the log of the published code (train_metrics.csv: time, loss, mse_loss, kld_loss, val_loss,
/// val_mse_loss, val_kld_loss, lr). That one has no line breaks between its rows: a row ends with the two digits of the
/// exponent of lr. Throws Error: missing, neither of the two, a line that is not complete.
std::vector<EpochRecord> readTrainingLog(const std::filesystem::path& path);

} // namespace zscape
