// The cuts of the paper and of its released code (method.md sections 2 and 6).
#include "core/select/built_in.h"

#include <array>

namespace zscape {

namespace {

Selection named(std::string name, std::size_t colour, Definition definition) {
    return {std::move(name), selectionColour(colour), false, std::move(definition)};
}

CurveShape kielLine(CurveSide side) {
    return {{"TEFF", "LOGG", false, false}, {}, "5.9 - 0.4*x/1000", side, false};
}

Definition patil(CurveSide side) {
    const CurveShape curve{
        {"FE_H", "MG_FE", false, false}, {}, "0.1754*x^3 + 0.1119*x^2 - 0.1253*x + 0.1353", side, false};
    return combined(Combination::And, ReferenceShape{"pristine labels"}, curve);
}

} // namespace

std::string_view selectionPresetName(SelectionPreset preset) {
    return preset == SelectionPreset::Paper ? "paper" : "released";
}

std::string labelCut(LabelQuality quality, SelectionPreset preset) {
    const bool paper = preset == SelectionPreset::Paper;
    const bool pristine = quality == LabelQuality::Pristine;
    return std::string("TEFF/TEFF_ERR > ") +
           (pristine ? "100"
            : paper  ? "30"
                     : "20") +
           " && LOGG_ERR < " + (pristine ? "0.1" : "0.4") + " && M_H_ERR < " + (pristine ? "0.05" : "0.2") +
           " && BP-RP > 0 && BP-RP < 4 && G > 6 && G < 17.5 && STARFLAG == 0 && " +
           (paper ? "bit(ASPCAPFLAG, 19) == 0 && bit(ASPCAPFLAG, 23) == 0"
                  : "bit(ASPCAPFLAG, 2) == 0 && bit(ASPCAPFLAG, 3) == 0");
}

std::vector<Selection> builtInSelections(SelectionPreset preset) {
    const bool paper = preset == SelectionPreset::Paper;
    const std::string mainSequence = "(TEFF < 5000 ? 4.6 : (TEFF < 6300 ? 7.1 - TEFF/2000 : 3.95))"; // Eq 11
    const std::string giantBranch = "1000*(LOGG < 3.65 ? 3.59 + 0.44*LOGG : 0.09 + 1.4*LOGG)";       // Eq 12
    const std::string kelvins = paper ? "100" : "0.2";
    return {
        named("full", 1, AllShape{}),
        named("good labels", 2, ExpressionShape{labelCut(LabelQuality::Good, preset)}),
        named("pristine labels", 4, ExpressionShape{labelCut(LabelQuality::Pristine, preset)}),
        named("main sequence", 4, kielLine(CurveSide::Above)),
        named("giants", 3, kielLine(CurveSide::Below)),
        named("MS members", 4, ExpressionShape{"abs(LOGG - " + mainSequence + ") < 0.2"}),
        named("GB members", 3,
              ExpressionShape{"LOGG >= 0 && LOGG <= 3.65 && abs(TEFF - " + giantBranch + ") < " + kelvins}),
        named("high alpha", 0, patil(CurveSide::Above)),
        named("low alpha", 1, patil(CurveSide::Below)),
        named("Gaia-Enceladus", 5,
              ExpressionShape{"abs(Lz) < 0.07*(abs(jr) + abs(jz) + abs(Lz)) && "
                              "jz - jr < -0.3*(abs(jr) + abs(jz) + abs(Lz)) && "
                              "parallax > 0 && parallax/parallax_error > 10"}),
    };
}

std::string builtInDescription(std::string_view name) {
    static constexpr std::array<std::array<std::string_view, 2>, 10> sentences{{
        {"full", "Every star of the catalogue."},
        {"good labels", "Stars whose temperature, gravity and metallicity are known well enough to study trends."},
        {"pristine labels", "Stars with the most precise labels: what the chemistry of the paper is read from."},
        {"main sequence", "Stars that burn hydrogen in their cores: above log g = 5.9 - 0.4 Teff/kK."},
        {"giants", "Evolved, swollen stars: below log g = 5.9 - 0.4 Teff/kK."},
        {"MS members", "Stars within 0.2 dex of the main-sequence relation (Eq 11)."},
        {"GB members", "Stars close to the giant-branch relation (Eq 12), log g 0 to 3.65."},
        {"high alpha", "The old thick disc: more magnesium at the same iron (Patil et al. 2023), pristine labels."},
        {"low alpha", "The thin disc: less magnesium at the same iron (Patil et al. 2023), pristine labels."},
        {"Gaia-Enceladus",
         "Debris of a merged galaxy: radial orbits in the action diamond (Lane et al. 2022), good parallaxes."},
    }};
    for (const auto& [one, sentence] : sentences) {
        if (one == name) return std::string(sentence);
    }
    return {};
}

} // namespace zscape
