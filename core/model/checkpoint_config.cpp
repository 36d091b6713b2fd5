#include "core/base/error.h"
#include "core/model/checkpoint_read.h"

#include <nlohmann/json.hpp>

#include <fstream>
#include <iterator>
#include <string>

// The published code writes config.json beside its weights: {"nn_config": {"latent_dim": 6, "input_dim": 110,
// "intermediate_layers": [90, ...], ...}}. The tensors say the same, so it serves as a check that both belong together.

namespace zscape {

namespace {

using nlohmann::json;

constexpr std::uintmax_t largestConfig = 1 << 20;

json readConfig(const std::filesystem::path& path) {
    std::error_code code;
    if (std::filesystem::file_size(path, code) > largestConfig || code) {
        throw Error(path.string() + " is too large for a checkpoint's config.json; move it elsewhere");
    }
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    json config = json::parse(text, nullptr, false);
    if (config.is_discarded()) throw Error(path.string() + " is not valid JSON; correct it or move it elsewhere");
    return config;
}

std::string textOf(const std::vector<int>& widths) {
    std::string text;
    for (const int width : widths) {
        text += (text.empty() ? "" : "-") + std::to_string(width);
    }
    return text;
}

void checkSize(const json& network, const char* key, int size, const std::string& where) {
    const auto entry = network.find(key);
    if (entry == network.end() || (entry->is_number_integer() && entry->get<std::int64_t>() == size)) return;
    throw Error(where + " says " + key + " = " + entry->dump() + " but the checkpoint's tensors have " +
                std::to_string(size) + "; they do not belong together");
}

void checkLayers(const json& network, const std::vector<int>& layers, const std::string& where) {
    const auto entry = network.find("intermediate_layers");
    if (entry == network.end() || *entry == json(layers)) return;
    throw Error(where + " says intermediate_layers = " + entry->dump() + " but the checkpoint's tensors have " +
                textOf(layers) + "; they do not belong together");
}

} // namespace

void checkConfig(const std::filesystem::path& checkpoint, const Architecture& architecture) {
    const std::filesystem::path folder = std::filesystem::absolute(checkpoint).parent_path();
    for (const std::filesystem::path& place : {folder, folder.parent_path()}) {
        const std::filesystem::path path = place / "config.json";
        std::error_code code;
        if (!std::filesystem::is_regular_file(path, code)) continue;
        const json config = readConfig(path);
        // Many programs keep a config.json; only one with nn_config is the published code's.
        if (!config.is_object() || !config.contains("nn_config") || !config["nn_config"].is_object()) continue;
        const json& network = config["nn_config"];
        checkSize(network, "latent_dim", architecture.latentSize, path.string());
        checkSize(network, "input_dim", architecture.inputSize, path.string());
        checkLayers(network, architecture.layers, path.string());
        return;
    }
}

} // namespace zscape
