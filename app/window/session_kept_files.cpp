// The files that a session keeps beside itself: reckoned columns, and stars that other programs sent.
#include "app/window/session_file.h"
#include "core/base/atomic_file.h"
#include "core/base/content_hash.h"
#include "core/base/error.h"

#include <array>
#include <fstream>
#include <iterator>

namespace zscape {

namespace {

constexpr const char* receivedStart = "received-";

} // namespace

std::filesystem::path columnsFileOf(const std::filesystem::path& session) {
    return session.string() + "-columns.h5";
}

void keepReceived(SessionContent& session, const std::filesystem::path& folder) {
    for (std::size_t index = 0; index < session.received.size(); ++index) {
        SessionContent::File& file = session.dropped[index];
        if (!session.received[index] || file.hash.empty()) continue;
        constexpr std::size_t letters = 16; // of the hash: enough to tell files apart
        const std::filesystem::path kept =
            std::filesystem::absolute(folder) /
            (receivedStart + file.hash.substr(0, letters) + file.path.extension().string());
        if (!std::filesystem::exists(kept)) {
            AtomicFile copy(kept);
            std::error_code code;
            std::filesystem::copy_file(file.path, copy.temporaryPath(),
                                       std::filesystem::copy_options::overwrite_existing, code);
            if (code) {
                throw Error("cannot copy " + file.path.string() +
                            ", whose stars are marked, beside the session: " + code.message());
            }
            copy.commit();
        }
        file.path = kept;
    }
    session.received.clear();
}

void removeUnnamed(const std::filesystem::path& folder) {
    std::error_code code;
    std::vector<std::filesystem::path> kept;
    std::string sessions;
    for (const auto& entry : std::filesystem::directory_iterator(folder, code)) {
        if (entry.path().filename().string().starts_with(receivedStart)) kept.push_back(entry.path());
        if (entry.path().extension() != sessionEnding) continue;
        std::ifstream stream(entry.path(), std::ios::binary);
        sessions.append(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
    }
    for (const std::filesystem::path& file : kept) {
        if (sessions.find(file.filename().string()) == std::string::npos) std::filesystem::remove(file, code);
    }
}

std::string hashOfFile(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    ContentHash hash;
    std::array<char, 65536> block{};
    while (stream.read(block.data(), block.size()) || stream.gcount() > 0) {
        hash.addBytes(block.data(), static_cast<std::size_t>(stream.gcount()));
    }
    return hash.text();
}

} // namespace zscape
