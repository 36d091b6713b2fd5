#pragma once

#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace zscape::test {

/// The built zscape as a child that a test can signal; its output goes to files. Killed at the end if still there.
class ChildProgram {
public:
    /// `before` runs in the child before zscape does.
    ChildProgram(const std::vector<std::string>& arguments, const std::filesystem::path& outputs,
                 const std::function<void()>& before = {})
        : m_out(outputs / "child.out"),
          m_err(outputs / "child.err") {
        std::vector<std::string> words{std::string(ZSCAPE_BINARY_DIR) + "/zscape"};
        words.insert(words.end(), arguments.begin(), arguments.end());
        std::vector<char*> pointers;
        for (std::string& word : words) {
            pointers.push_back(word.data());
        }
        pointers.push_back(nullptr);
        m_pid = ::fork();
        if (m_pid != 0) return;
        redirect(m_out, STDOUT_FILENO);
        redirect(m_err, STDERR_FILENO);
        if (before) before();
        ::execv(pointers[0], pointers.data());
        ::_exit(127);
    }
    ~ChildProgram() {
        if (!m_ended) {
            signal(SIGKILL);
            wait();
        }
    }
    ChildProgram(const ChildProgram&) = delete;
    ChildProgram& operator=(const ChildProgram&) = delete;

    pid_t pid() const { return m_pid; }
    void signal(int number) const { ::kill(m_pid, number); }
    /// The exit code, or 128 and the signal that ended it.
    int wait() {
        if (!m_ended) ::waitpid(m_pid, &m_status, 0);
        m_ended = true;
        return WIFEXITED(m_status) ? WEXITSTATUS(m_status) : 128 + WTERMSIG(m_status);
    }
    bool isRunning() {
        if (!m_ended) m_ended = ::waitpid(m_pid, &m_status, WNOHANG) == m_pid;
        return !m_ended;
    }
    /// Until it is so; false when the program ends first or a minute passes.
    bool waitUntil(const std::function<bool()>& isSo) {
        const auto limit = std::chrono::steady_clock::now() + std::chrono::minutes(1);
        while (!isSo()) {
            if (!isRunning() || std::chrono::steady_clock::now() > limit) return isSo();
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        return true;
    }
    std::string out() const { return textOf(m_out); }
    std::string err() const { return textOf(m_err); }

private:
    static void redirect(const std::filesystem::path& path, int descriptor) {
        const int file = ::open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0644);
        ::dup2(file, descriptor);
        ::close(file);
    }
    static std::string textOf(const std::filesystem::path& path) {
        std::ifstream stream(path);
        return {std::istreambuf_iterator<char>(stream), {}};
    }

    std::filesystem::path m_out, m_err;
    pid_t m_pid = -1;
    int m_status = 0;
    bool m_ended = false;
};

} // namespace zscape::test
