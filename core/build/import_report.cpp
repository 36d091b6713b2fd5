// The report of an import, for people and for programs.
#include "core/build/import.h"

#include <nlohmann/json.hpp>

#include <cstdio>

namespace zscape {

namespace {

using nlohmann::ordered_json;

std::string grouped(std::size_t number) {
    std::string text = std::to_string(number);
    for (std::size_t at = text.size(); at > 3;) {
        at -= 3;
        text.insert(at, ",");
    }
    return text;
}

std::string padded(std::string text, std::size_t width) {
    text.insert(0, width > text.size() ? width - text.size() : 0, ' ');
    return text;
}

std::string inputLine(const ImportInput& input) {
    std::string line = "  " + input.path.filename().string() + ": ";
    if (input.isFailed) {
        line += "nothing";
    } else {
        line += grouped(input.rows) + (input.isLabels ? " rows of labels" : input.rows == 1 ? " star" : " stars");
    }
    if (input.isCached) line += " (unchanged, not read again)";
    if (input.skipped > 0) line += ", " + grouped(input.skipped) + " rows skipped";
    for (const std::string& problem : input.problems) {
        line += "\n    " + problem;
    }
    return line + '\n';
}

} // namespace

std::string reportText(const ImportReport& report) {
    std::string text = "Inputs\n";
    for (const ImportInput& input : report.inputs) {
        text += inputLine(input);
    }
    text += "\nStars\n";
    for (const ImportStep& step : report.steps) {
        text += padded(grouped(step.kept), 12) + "  " + step.name;
        if (!step.note.empty()) text += " (" + step.note + ")";
        text += '\n';
        for (const auto& [reason, count] : step.fell) {
            text += padded("-" + grouped(count), 12) + "    " + reason + '\n';
        }
    }
    const UsabilityCounts& counts = report.usability;
    text += padded(grouped(counts.usable), 12) + "  of them a model can use\n";
    const auto unusable = [&](std::size_t count, const char* why) {
        if (count > 0) text += padded("-" + grouped(count), 12) + "    " + why + '\n';
    };
    unusable(counts.badCoefficients, "lacks a band or a coefficient");
    unusable(counts.badErrors, "has a coefficient error that is not positive");
    unusable(counts.badFlux, "has no G flux");
    text += "\nG flux\n  " + report.fluxOrigin + "\n\nColumns\n";
    for (const std::string& column : report.columns) {
        text += "  " + column + '\n';
    }
    char seconds[32];
    std::snprintf(seconds, sizeof seconds, "%.1f s", report.seconds);
    return text + "\nWrote " + grouped(report.rows) + (report.rows == 1 ? " star" : " stars") + " of " +
           grouped(report.coefficientCount) + " coefficients to " + report.out.string() + " (" + report.layout +
           " layout) in " + seconds + "\n";
}

std::string reportJson(const ImportReport& report) {
    ordered_json json;
    json["out"] = report.out.string();
    json["layout"] = report.layout;
    json["rows"] = report.rows;
    json["coefficients"] = report.coefficientCount;
    json["usable"] = report.usability.usable;
    json["unusable"] = {{"bad_coefficients", report.usability.badCoefficients},
                        {"bad_errors", report.usability.badErrors},
                        {"bad_flux", report.usability.badFlux}};
    json["g_flux_from"] = report.fluxOrigin;
    json["seconds"] = report.seconds;
    json["steps"] = ordered_json::array();
    for (const ImportStep& step : report.steps) {
        json["steps"].push_back({{"name", step.name}, {"kept", step.kept}, {"fell", step.fell}, {"note", step.note}});
    }
    json["inputs"] = ordered_json::array();
    for (const ImportInput& input : report.inputs) {
        json["inputs"].push_back({{"path", input.path.string()},
                                  {"kind", input.isLabels ? "labels" : "spectra"},
                                  {"rows", input.rows},
                                  {"skipped_rows", input.skipped},
                                  {"unchanged", input.isCached},
                                  {"failed", input.isFailed},
                                  {"problems", input.problems}});
    }
    json["columns"] = report.columns;
    return json.dump(2, ' ', false, ordered_json::error_handler_t::replace);
}

} // namespace zscape
