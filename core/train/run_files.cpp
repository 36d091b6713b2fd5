#include "core/train/run_files.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/train/option_fields.h"
#include "core/train/training_log.h"

#include <system_error>

namespace zscape {
namespace {

std::filesystem::path beside(const std::filesystem::path& model, const std::string& ending) {
    return model.parent_path() / (model.stem().string() + ending);
}

void requireModelEnding(const std::filesystem::path& path) {
    const std::string ending = path.extension().string();
    if (ending == ".h5" || ending == ".hdf5" || ending == ".pt") return;
    throw Error("cannot tell what kind of model file " + path.string() + " is to be; end its name in .h5 or .pt");
}

/// Whether two states may be of one run.
bool sameRun(const Checkpoint& a, const Checkpoint& b) {
    return fixedDifferences(a.options, b.options).empty() && a.dataHash == b.dataHash &&
           a.split.validation == b.split.validation;
}

} // namespace

RunFiles::RunFiles(const RunOutput& output, const Checkpoint& state, bool resumes)
    : m_model(output.model),
      m_best(beside(output.model, ".best.h5")),
      m_history(beside(output.model, ".history.csv")),
      m_folder(beside(output.model, ".checkpoints")),
      m_keepEvery(output.keepEvery) {
    requireModelEnding(m_model);
    { const AtomicFile probe(m_model); } // hours of work must not end at a misspelt folder
    makeFolder();
    m_lock = std::make_unique<FolderLock>(m_folder);
    admit(output, state, resumes);
    removePartialCheckpoints(m_folder);
    for (const std::filesystem::path& path : {m_model, m_best, m_history}) {
        AtomicFile::removeLeftovers(path);
    }
}

RunFiles::~RunFiles() {
    std::error_code notEmpty;
    std::filesystem::remove(m_folder, notEmpty);
}

void RunFiles::makeFolder() const {
    std::error_code code;
    const bool made = std::filesystem::create_directory(m_folder, code);
    if (code || !std::filesystem::is_directory(m_folder)) {
        throw Error("cannot make the folder " + m_folder.string() + " for checkpoints" +
                    (code ? ": " + code.message() : ", as a file of that name is there"));
    }
    if (made) syncFolder(m_folder.has_parent_path() ? m_folder.parent_path() : ".");
    { const AtomicFile probe(m_folder / "checkpoint"); }
}

void RunFiles::admit(const RunOutput& output, const Checkpoint& state, bool resumes) {
    const std::vector<CheckpointFile> files = listCheckpoints(m_folder);
    if (files.empty()) return;
    m_nextNumber = files.back().number + 1;
    if (resumes) {
        if (files.size() > 2) m_spared = files[files.size() - 3].number;
        if (sameRun(findCheckpoint(m_folder).checkpoint, state)) return;
    } else if (output.replace) {
        for (const CheckpointFile& file : files) {
            std::filesystem::remove(file.path);
        }
        return;
    }
    throw Error(m_folder.string() + " holds checkpoints of another run, up to epoch " +
                std::to_string(files.back().epoch) +
                ": resume that run, name another output, or say that it may be overwritten");
}

std::filesystem::path RunFiles::writeCheckpoint(const Checkpoint& state) {
    std::filesystem::path path = checkpointPath(m_folder, m_nextNumber, state.model.epoch, state.step);
    zscape::writeCheckpoint(state, path);
    ++m_nextNumber;
    removeOldCheckpoints(m_folder, m_keepEvery, m_spared);
    return path;
}

void RunFiles::writeModels(const Checkpoint& state) const {
    if (state.model.epoch == 0) return;
    saveModel(state.model, m_model);
    if (state.best) saveModel(*state.best, m_best);
    writeTrainingLog(state.model.history, m_history);
}

} // namespace zscape
