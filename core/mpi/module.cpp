// The one file that includes MPI.
#include "core/mpi/mpi_api.h"

#include "core/base/error.h"

#include <mpi.h>

#include <algorithm>
#include <chrono>
#include <climits>
#include <cstdio>
#include <thread>

namespace zscape {
namespace {

/// MPI counts in int: longer messages go in pieces.
constexpr std::size_t mostNumbers = INT_MAX / 2;

class WorldProcesses final : public MpiProcesses {
public:
    WorldProcesses() {
        int provided = 0;
        MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided);
        if (provided < MPI_THREAD_FUNNELED) {
            MPI_Finalize();
            throw Error("This MPI does not allow threads beside it (MPI_THREAD_FUNNELED): use one that does.");
        }
        MPI_Comm_rank(MPI_COMM_WORLD, &m_rank);
        MPI_Comm_size(MPI_COMM_WORLD, &m_size);
        MPI_Comm_dup(MPI_COMM_WORLD, &m_work);
        MPI_Comm_dup(MPI_COMM_WORLD, &m_end); // so that coming to the end is never taken for something else
        MPI_Comm node = MPI_COMM_NULL;
        MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, m_rank, MPI_INFO_NULL, &node);
        MPI_Allreduce(&m_rank, &m_nodeLeader, 1, MPI_INT, MPI_MIN, node);
        MPI_Comm_free(&node);
    }
    ~WorldProcesses() override {
        // Without a common end the others may wait for this process: closing MPI would wait for them.
        if (!m_finished) MPI_Abort(MPI_COMM_WORLD, 1);
        MPI_Comm_free(&m_work);
        MPI_Comm_free(&m_end);
        MPI_Finalize();
    }

    int rank() const override { return m_rank; }
    int size() const override { return m_size; }
    int nodeLeader() const override { return m_nodeLeader; }

    void gatherBytes(std::span<const std::byte> mine, std::span<std::byte> all) override {
        if (mine.size() > mostNumbers) throw Error("internal: a message between processes is too long");
        const int count = static_cast<int>(mine.size());
        MPI_Allgather(mine.data(), count, MPI_BYTE, all.data(), count, MPI_BYTE, m_work);
    }
    void broadcastBytes(std::span<std::byte> bytes, int from) override {
        for (std::size_t begin = 0; begin < bytes.size(); begin += mostNumbers) {
            const std::size_t count = std::min(mostNumbers, bytes.size() - begin);
            MPI_Bcast(bytes.data() + begin, static_cast<int>(count), MPI_BYTE, from, m_work);
        }
    }
    void sum(std::span<float> values) override { add(values, MPI_FLOAT); }
    void sum(std::span<double> values) override { add(values, MPI_DOUBLE); }

    std::string finish(const std::string& problem) override {
        MPI_Request arrival = MPI_REQUEST_NULL;
        MPI_Ibarrier(m_end, &arrival);
        const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(3);
        for (int done = 0; !done;) {
            MPI_Test(&arrival, &done, MPI_STATUS_IGNORE);
            if (done) break;
            if (!problem.empty() && std::chrono::steady_clock::now() > patience) {
                std::fprintf(stderr, "zscape: %s (process %d of %d)\n", problem.c_str(), m_rank, m_size);
                std::fflush(stderr);
                MPI_Abort(MPI_COMM_WORLD, 1);
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        m_finished = true;
        std::string text = problem;
        const auto lengths = gatherValues(*this, std::uint64_t{problem.size()});
        const auto first = std::find_if(lengths.begin(), lengths.end(), [](std::uint64_t one) { return one > 0; });
        if (first == lengths.end()) return {};
        text.resize(*first);
        broadcast(std::span<char>(text), static_cast<int>(first - lengths.begin()));
        return text;
    }

private:
    template <typename T>
    void add(std::span<T> values, MPI_Datatype type) {
        for (std::size_t begin = 0; begin < values.size(); begin += mostNumbers) {
            const std::size_t count = std::min(mostNumbers, values.size() - begin);
            MPI_Allreduce(MPI_IN_PLACE, values.data() + begin, static_cast<int>(count), type, MPI_SUM, m_work);
        }
    }

    int m_rank = 0, m_size = 1, m_nodeLeader = 0;
    MPI_Comm m_work = MPI_COMM_NULL;
    MPI_Comm m_end = MPI_COMM_NULL;
    bool m_finished = false;
};

std::unique_ptr<MpiProcesses> start() {
    return std::make_unique<WorldProcesses>();
}

} // namespace
} // namespace zscape

const zscape::MpiApi* zscape_mpi_api(int version) {
    if (version != zscape::mpiApiVersion) return nullptr;
    static const zscape::MpiApi api{ZSCAPE_VERSION, &zscape::start};
    return &api;
}
