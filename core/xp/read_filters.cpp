// GaiaXPy's filter tables, XML, through expat. Entities other than XML's own five are not expanded.
#include "core/base/error.h"
#include "core/io/xml_position.h"
#include "core/xp/photometry.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fstream>
#include <iterator>
#include <map>
#include <utility>

namespace zscape {

namespace {

/// Every <value> and <item> of a file by the element that holds them.
struct FilterFile {
    std::map<std::string, std::vector<std::string>> texts;
    std::map<std::string, std::string> dimensions;
    std::vector<std::string> path;
    std::string text;
    bool hasEntities = false;
};

void onStart(void* user, const char* name, const char** attributes) {
    FilterFile& file = *static_cast<FilterFile*>(user);
    file.path.emplace_back(name);
    file.text.clear();
    for (; attributes[0]; attributes += 2) {
        if (std::string_view(attributes[0]) == "dimension") file.dimensions[name] = attributes[1];
    }
}

void onEnd(void* user, const char* name) {
    FilterFile& file = *static_cast<FilterFile*>(user);
    file.path.pop_back();
    const std::string_view kind = name;
    if ((kind == "value" || kind == "item") && !file.path.empty()) file.texts[file.path.back()].push_back(file.text);
    file.text.clear();
}

void onText(void* user, const char* letters, int count) {
    static_cast<FilterFile*>(user)->text.append(letters, static_cast<std::size_t>(count));
}

void onEntity(void* user, const XML_Char*, int, const XML_Char*, int, const XML_Char*, const XML_Char*, const XML_Char*,
              const XML_Char*) {
    static_cast<FilterFile*>(user)->hasEntities = true;
}

std::string trimmed(const std::string& text) {
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first == std::string::npos) return "";
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::vector<double> numbersOf(const FilterFile& file, const std::string& element, std::size_t count) {
    const auto found = file.texts.find(element);
    const std::size_t size = found == file.texts.end() ? 0 : found->second.size();
    if (size != count) {
        throw Error("<" + element + "> has " + std::to_string(size) + " values, " + std::to_string(count) +
                    " expected");
    }
    std::vector<double> values;
    for (const std::string& raw : found->second) {
        const std::string text = trimmed(raw);
        double value = 0;
        const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (code != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) {
            std::string sentence = "'";
            throw Error(sentence.append(text).append("' in <").append(element).append("> is not a number"));
        }
        values.push_back(value);
    }
    return values;
}

SampledBand bandOf(const FilterFile& file, const std::string& band, std::size_t filters) {
    const std::string element = band + "SampledBases";
    SampledBand result;
    const auto found = file.dimensions.find(element);
    const std::string dimension = found == file.dimensions.end() ? "" : found->second;
    std::from_chars(dimension.data(), dimension.data() + dimension.size(), result.coefficientCount);
    if (result.coefficientCount == 0 || result.coefficientCount > 10000) {
        throw Error("<" + element + "> does not tell its dimension");
    }
    result.columns = filters;
    result.weight = numbersOf(file, band + "Weights", filters);
    // The file has the design filter by filter.
    const std::vector<double> values = numbersOf(file, element, result.coefficientCount * filters);
    result.design.resize(values.size());
    for (std::size_t filter = 0; filter < filters; ++filter) {
        for (std::size_t k = 0; k < result.coefficientCount; ++k) {
            result.design[k * filters + filter] = values[filter * result.coefficientCount + k];
        }
    }
    return result;
}

/// "XpFilter_SdssStd_v375wiv142r.xml" is SdssStd.
std::string nameOf(const std::filesystem::path& path) {
    std::string name = path.stem().string();
    if (name.starts_with("XpFilter_")) name.erase(0, 9);
    const std::size_t model = name.find("_v");
    return model == std::string::npos ? name : name.substr(0, model);
}

/// Filters whose standardised magnitudes GaiaXPy corrects by colour, from files apart from the filter table
/// (config/colour_eq_files: JkcStd_colour_eq.ini, SdssStd_colour_eq.ini).
std::vector<std::string> colourEquationsOf(const std::string& system, const std::vector<std::string>& filters) {
    constexpr std::array corrected{std::pair{"JkcStd", "U"}, std::pair{"SdssStd", "u"}};
    std::vector<std::string> found;
    for (const auto& [name, filter] : corrected) {
        if (system == name && std::ranges::find(filters, filter) != filters.end()) found.emplace_back(filter);
    }
    return found;
}

FilterSystem parse(const std::filesystem::path& path, const std::string& text) {
    FilterFile file;
    const std::unique_ptr<std::remove_pointer_t<XML_Parser>, decltype(&XML_ParserFree)> parser(
        XML_ParserCreate(nullptr), XML_ParserFree);
    XML_SetUserData(parser.get(), &file);
    XML_SetElementHandler(parser.get(), onStart, onEnd);
    XML_SetCharacterDataHandler(parser.get(), onText);
    XML_SetEntityDeclHandler(parser.get(), onEntity);
    if (XML_Parse(parser.get(), text.data(), static_cast<int>(text.size()), 1) == XML_STATUS_ERROR) {
        throw Error("line " + xmlLine(parser.get()) + ": " + XML_ErrorString(XML_GetErrorCode(parser.get())));
    }
    if (file.hasEntities) throw Error("it declares entities, which no filter table does");
    std::vector<std::string> filters;
    for (const std::string& item : file.texts["bands"]) {
        filters.push_back(trimmed(item));
    }
    if (filters.empty()) throw Error("<bands> names no filter");
    const std::size_t count = filters.size();
    const std::string name = nameOf(path);
    std::vector<double> bias(count, 0.0);
    if (name.ends_with("Std")) bias = numbersOf(file, "fluxBias", count);
    std::vector<double> zeroPoints = numbersOf(file, "zeropoints", count);
    XpSampler sampler(numbersOf(file, "sampleMeanWavelengths", count), bandOf(file, "bp", count),
                      bandOf(file, "rp", count), OneBand::Missing);
    std::vector<std::string> uncorrected = colourEquationsOf(name, filters);
    return {
        name, std::move(filters), std::move(sampler), std::move(zeroPoints), std::move(bias), std::move(uncorrected)};
}

} // namespace

FilterSystem readFilterSystem(const std::filesystem::path& path) {
    constexpr std::uintmax_t mostBytes = std::uintmax_t{64} << 20;
    std::error_code code;
    if (!std::filesystem::is_regular_file(path, code)) throw Error("no such file: " + path.string());
    if (std::filesystem::file_size(path, code) > mostBytes) {
        throw Error(path.string() + " is too large for a filter table of GaiaXPy");
    }
    std::ifstream stream(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    if (!stream.good() && !stream.eof()) throw Error("cannot read " + path.string());
    try {
        return parse(path, text);
    } catch (const Error& error) {
        throw Error(path.string() + " is not a filter table of GaiaXPy: " + error.what());
    }
}

} // namespace zscape
