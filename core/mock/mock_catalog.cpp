#include "core/mock/mock_catalog.h"

#include "core/base/philox.h"
#include "core/base/thread_pool.h"
#include "core/mock/kinematics.h"
#include "core/mock/measurement.h"
#include "core/mock/mock_columns.h"
#include "core/mock/population.h"
#include "core/mock/stellar_spectrum.h"
#include "core/mock/xp_projection.h"

#include <atomic>
#include <thread>

namespace zscape {
namespace {

using mock::Draw;
using mock::Star;
using mock::streamOf;

constexpr std::size_t chunkStars = 256;
constexpr std::size_t maximumStars = (std::size_t{1} << 25) - 1; // the running number of a source_id has 25 bits

/// A source_id of Gaia's form (HEALPix level 12 pixel, running number) at a random pixel; the running number makes it
/// unique. It is nobody's real source_id but by chance.
std::int64_t sourceIdOf(std::size_t star, double uniform) {
    constexpr double pixels = 12.0 * 4096 * 4096;
    const auto pixel = static_cast<std::int64_t>(uniform * pixels);
    return (pixel << 35) | (static_cast<std::int64_t>(star + 1) << 7);
}

struct Generator {
    Generator(const MockOptions& options, const XpInstrument& instrument)
        : seed(static_cast<std::uint64_t>(options.seed)),
          noise(mock::XpNoise::builtIn()),
          spectra(instrument.wavelengths_nm()),
          projection(instrument, noise),
          grid(instrument.wavelengths_nm().size()),
          count(projection.coefficientCount()),
          columns(options.stars),
          sourceIds(options.stars),
          coefficients(options.stars * count),
          errors(options.stars * count) {}

    void makeChunk(std::size_t begin, std::size_t end);
    void observe(std::size_t row, const Star& star, std::span<double> relative);

    std::uint64_t seed;
    mock::XpNoise noise;
    mock::StellarSpectra spectra;
    mock::XpProjection projection;
    std::size_t grid, count;
    mock::MockColumns columns;
    std::vector<std::int64_t> sourceIds;
    std::vector<float> coefficients, errors;
};

void Generator::makeChunk(std::size_t begin, std::size_t end) {
    const std::size_t rows = end - begin;
    std::vector<Star> stars(rows);
    std::vector<std::uint64_t> streams(rows);
    for (std::size_t i = 0; i < rows; ++i) {
        PhiloxSequence random(seed, streamOf(begin + i, Draw::Population));
        sourceIds[begin + i] = sourceIdOf(begin + i, random.uniform());
        stars[i] = mock::drawStar(random);
        streams[i] = streamOf(begin + i, Draw::Spectrum);
    }
    std::vector<double> flux(rows * grid), relative(rows * count);
    spectra.compute(stars, seed, streams, 1.0, {flux.data(), rows, grid});
    const MatrixView<double> clean{relative.data(), rows, count};
    projection.project({flux.data(), rows, grid}, clean);
    for (std::size_t i = 0; i < rows; ++i) {
        observe(begin + i, stars[i], clean.row(i));
    }
}

void Generator::observe(std::size_t row, const Star& star, std::span<double> relative) {
    const auto colours = projection.colours(relative);
    const double bp = star.gMag - colours.gMinusBp, rp = star.gMag - colours.gMinusRp;
    PhiloxSequence kinematics(seed, streamOf(row, Draw::Kinematics));
    PhiloxSequence measurement(seed, streamOf(row, Draw::Measurement));
    // From the G magnitude as it is stored, so that the two columns agree.
    const double gFlux = gFluxFromMagnitude(static_cast<double>(static_cast<float>(star.gMag)));
    columns.set(row, star, gFlux, mock::measure(star, bp, rp, measurement), mock::drawActions(star, kinematics));

    std::vector<double> error(count), departure(count);
    noise.draw(star.gMag, bp - rp, Philox(seed, streamOf(row, Draw::Noise)), error, departure);
    for (std::size_t j = 0; j < count; ++j) {
        coefficients[row * count + j] = static_cast<float>(gFlux * (relative[j] + departure[j]));
        errors[row * count + j] = static_cast<float>(gFlux * error[j]);
    }
}

Catalog label(Generator& made, const MockOptions& options) {
    Catalog catalog("mock " + std::to_string(options.stars) + " stars, seed " + std::to_string(options.seed),
                    made.count, std::move(made.sourceIds), std::move(made.coefficients), std::move(made.errors),
                    made.columns.take());
    auto& attributes = catalog.attributes();
    attributes["mock"] = "true";
    attributes["mock_stars"] = std::to_string(options.stars);
    attributes["mock_seed"] = std::to_string(options.seed);
    attributes["mock_program"] = "Zscape " ZSCAPE_VERSION;
    attributes["description"] = "Generated stars, not observations. Coefficient noise and the spread of high orders "
                                "follow real Gaia DR3 stars (ESA/Gaia/DPAC).";
    return catalog;
}

} // namespace

Catalog generateMockCatalog(const MockOptions& options, const JobContext& job) {
    if (options.stars == 0 || options.stars > maximumStars) {
        throw Error("A mock catalogue has 1 to " + std::to_string(maximumStars) + " stars, not " +
                    std::to_string(options.stars) + ".");
    }
    job.report(0, "Making mock stars");
    Generator generator(options, XpInstrument::builtIn());
    ThreadPool pool(options.threads);
    std::atomic<std::size_t> done{0};
    const auto caller = std::this_thread::get_id();
    pool.forChunks(options.stars, chunkStars, [&](std::size_t begin, std::size_t end, int) {
        job.throwIfCancelled();
        generator.makeChunk(begin, end);
        const std::size_t total = done.fetch_add(end - begin) + end - begin;
        // JobContext promises its reports on the thread that does the work, so only the caller's chunks report.
        if (std::this_thread::get_id() == caller) {
            job.report(static_cast<double>(total) / static_cast<double>(options.stars), "Making mock stars");
        }
    });
    return label(generator, options);
}

} // namespace zscape
