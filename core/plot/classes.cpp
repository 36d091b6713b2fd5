#include "core/plot/classes.h"

#include "core/base/error.h"

#include <algorithm>
#include <bit>

namespace zscape {

std::vector<std::uint8_t> classesOf(ThreadPool& pool, std::size_t stars, std::span<const Highlight> highlights) {
    if (highlights.empty()) return {};
    for (const Highlight& highlight : highlights) {
        if (!highlight.stars || highlight.stars->size() < stars) {
            throw Error("a highlighted selection is of other stars than the view; evaluate it on the same catalogue");
        }
    }
    std::vector<std::uint8_t> classes(stars, 0);
    pool.forChunks((stars + 63) / 64, 1024, [&](std::size_t begin, std::size_t end, int) {
        for (std::size_t h = 0; h < highlights.size(); ++h) {
            const auto number = static_cast<std::uint8_t>(std::min(h + 1, kMostHighlights));
            const std::vector<std::uint64_t>& words = highlights[h].stars->words();
            for (std::size_t word = begin; word < end; ++word) {
                const std::size_t first = 64 * word;
                for (std::uint64_t bits = words[word]; bits != 0; bits &= bits - 1) {
                    const std::size_t star = first + static_cast<std::size_t>(std::countr_zero(bits));
                    if (star < stars) classes[star] = number;
                }
            }
        }
    });
    return classes;
}

std::vector<Rgb> classColoursOf(std::span<const Highlight> highlights) {
    std::vector<Rgb> colours;
    for (const Highlight& highlight : highlights.first(std::min(highlights.size(), kMostHighlights))) {
        colours.push_back(highlight.colour);
    }
    return colours;
}

std::vector<ClassMark> classMarksOf(std::span<const Highlight> highlights) {
    std::vector<ClassMark> marks;
    for (const Highlight& highlight : highlights.first(std::min(highlights.size(), kMostHighlights))) {
        marks.push_back(highlight.mark);
    }
    return marks;
}

std::shared_ptr<const std::vector<std::uint8_t>> HighlightSet::classes(ThreadPool& pool, std::size_t stars) const {
    if (empty()) return nullptr;
    std::shared_ptr<const std::vector<std::uint8_t>>& made = m_shared->classes;
    if (!made || made->size() != stars) {
        made = std::make_shared<const std::vector<std::uint8_t>>(classesOf(pool, stars, list()));
    }
    return made;
}

} // namespace zscape
