// Commands that make files from little: mock catalogues, converted models.
#include "app/cli/commands.h"
#include "app/cli/format.h"
#include "app/open.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/catalog/catalog_file.h"
#include "core/mock/mock_catalog.h"

#include <iostream>

namespace zscape::cli {

namespace {

/// Work must not end at a misspelt folder. Throws Error.
void requireWritable(const std::filesystem::path& path) {
    const AtomicFile probe(path);
}

void requireHdf5Ending(const std::filesystem::path& path) {
    if (path.extension() == ".h5" || path.extension() == ".hdf5") return;
    throw Error("a catalogue is written as HDF5; end the name of " + path.string() + " in .h5");
}

void requireModelEnding(const std::filesystem::path& path) {
    if (path.extension() == ".h5" || path.extension() == ".hdf5" || path.extension() == ".pt") return;
    throw Error("cannot tell what kind of model file " + path.string() + " is to be; end its name in .h5 or .pt");
}

} // namespace

void runMock(const MockCommandOptions& options, const JobContext& job) {
    requireHdf5Ending(options.out);
    requireWritable(options.out);
    const Catalog catalog = generateMockCatalog({options.stars, options.seed, options.threads}, job);
    writeCatalog(catalog, options.out, layoutFromName(options.layout), job);
    std::cout << "wrote " << grouped(catalog.rows()) << " mock stars to " << options.out.string() << '\n';
}

void runConvertModel(const ConvertModelOptions& options, const JobContext&) {
    requireModelEnding(options.out);
    const Model model = openModel(options.in, options.normalization);
    saveModel(model, options.out);
    std::cout << "wrote " << options.out.string()
              << (model.normalization ? " with its normalisation" : " (without normalisation: it has none)") << '\n';
}

} // namespace zscape::cli
