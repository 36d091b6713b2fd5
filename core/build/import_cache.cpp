#include "core/build/import_cache.h"

#include "core/base/atomic_file.h"
#include "core/base/content_hash.h"
#include "core/base/error.h"
#include "core/catalog/native_layout.h"

#include <nlohmann/json.hpp>

#include <fstream>
#include <sys/stat.h>

namespace zscape {

namespace {

using nlohmann::json;

struct Fingerprint {
    std::uint64_t size = 0;
    std::int64_t modified = 0; ///< ns
};

Fingerprint fingerprintOf(const std::filesystem::path& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return {};
    return {static_cast<std::uint64_t>(status.st_size),
            std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec};
}

std::string hashOf(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    std::vector<char> buffer(std::size_t{1} << 20);
    ContentHash hash;
    while (stream.read(buffer.data(), static_cast<std::streamsize>(buffer.size())) || stream.gcount() > 0) {
        hash.addBytes(buffer.data(), static_cast<std::size_t>(stream.gcount()));
    }
    return hash.text();
}

std::filesystem::path noteOf(const std::filesystem::path& folder, const std::string& key) {
    return folder / (key + ".json");
}

} // namespace

ImportCache::ImportCache(std::filesystem::path folder) : m_folder(std::move(folder)) {
    std::error_code code;
    std::filesystem::create_directories(m_folder, code);
    if (code) throw Error("cannot make the folder " + m_folder.string() + ": " + code.message());
}

std::string ImportCache::keyOf(const std::filesystem::path& path, const std::string& settings) const {
    std::error_code code;
    const std::filesystem::path whole = std::filesystem::weakly_canonical(path, code);
    ContentHash hash;
    hash.addText(code ? path.string() : whole.string());
    hash.addText(settings);
    return hash.text();
}

std::filesystem::path ImportCache::partPath(const std::filesystem::path& path, const std::string& settings,
                                            std::size_t part) const {
    return m_folder / (keyOf(path, settings) + "-" + std::to_string(part) + ".h5");
}

std::optional<CachedInput> ImportCache::find(const std::filesystem::path& path, const std::string& settings) const {
    std::ifstream stream(noteOf(m_folder, keyOf(path, settings)));
    if (!stream) return std::nullopt;
    const json note = json::parse(stream, nullptr, false);
    if (!note.is_object()) return std::nullopt;
    try {
        const Fingerprint now = fingerprintOf(path);
        if (note.at("size").get<std::uint64_t>() != now.size) return std::nullopt;
        // A copied or touched file is known by its content.
        if (note.at("modified").get<std::int64_t>() != now.modified &&
            note.at("hash").get<std::string>() != hashOf(path)) {
            return std::nullopt;
        }
        CachedInput cached;
        cached.input.path = path;
        cached.input.isCached = true;
        cached.input.isLabels = note.at("labels").get<bool>();
        cached.input.rows = note.at("rows").get<std::size_t>();
        cached.input.skipped = note.at("skipped").get<std::size_t>();
        cached.input.problems = note.at("problems").get<std::vector<std::string>>();
        cached.bp = note.at("bp").get<std::size_t>();
        cached.rp = note.at("rp").get<std::size_t>();
        for (const json& part : note.at("parts")) {
            cached.parts.push_back(m_folder / part.get<std::string>());
            if (!isNativeCatalog(cached.parts.back())) return std::nullopt;
        }
        return cached;
    } catch (const json::exception&) {
        return std::nullopt; // a note of another version: the input is read again
    }
}

void ImportCache::store(const CachedInput& read, const std::string& settings) const {
    const Fingerprint now = fingerprintOf(read.input.path);
    json note{{"path", read.input.path.string()},
              {"size", now.size},
              {"modified", now.modified},
              {"hash", hashOf(read.input.path)},
              {"settings", settings},
              {"labels", read.input.isLabels},
              {"rows", read.input.rows},
              {"skipped", read.input.skipped},
              {"problems", read.input.problems},
              {"bp", read.bp},
              {"rp", read.rp},
              {"parts", json::array()}};
    for (const std::filesystem::path& part : read.parts) {
        note["parts"].push_back(part.filename().string());
    }
    writeFileAtomically(noteOf(m_folder, keyOf(read.input.path, settings)),
                        note.dump(1, ' ', false, json::error_handler_t::replace));
}

} // namespace zscape
