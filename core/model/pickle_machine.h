#pragma once

#include "core/model/pickle.h"

#include <unordered_map>

namespace zscape::pickle {

/// The stack machine that a pickle is a program for (Python's pickletools lists the operations). Private to pickle.cpp.
/// Work and memory are bounded by the length of the input: each operation makes at most one value, moves what is on the
/// stack, and never recurses.
class Machine {
public:
    Machine(std::span<const std::byte> bytes, std::string where) : m_bytes(bytes), m_where(std::move(where)) {}
    Document run();

private:
    [[noreturn]] void fail(const std::string& what) const;

    // The input (pickle_machine.cpp).
    std::uint64_t unsignedNumber(std::size_t size); ///< little-endian
    std::string text(std::uint64_t size);
    std::string line(); ///< to the next line feed
    std::int64_t longNumber(std::uint64_t size);
    double bigEndianDouble();

    // The stack.
    Value* make(decltype(Value::data) data, int depth = 1);
    void push(decltype(Value::data) data, int depth = 1);
    void push(Value* value);
    Value* pop();
    Value* top();
    void mark();
    std::vector<const Value*> popToMark();
    int depthOver(const std::vector<const Value*>& items) const;
    void remember(std::uint64_t index);
    void recall(std::uint64_t index);

    // The operations, by what they do.
    bool step(); ///< false at the end of the program
    bool literal(unsigned code);
    bool textLiteral(unsigned code);
    bool container(unsigned code);
    bool stackOrMemo(unsigned code);
    bool callable(unsigned code);

    void tuple(std::size_t size);
    void append(std::vector<const Value*> items);
    void setItems(std::vector<const Value*> items);

    // What stands in for Python's objects (pickle_objects.cpp).
    void global(const std::string& module, const std::string& name);
    void call();
    void setState();
    void persistent();
    void orderedDict(const Tuple& arguments);
    void rebuildTensor(const Tuple& arguments);
    void rebuildParameter(const Tuple& arguments);
    std::vector<std::int64_t> sizes(const Value& value) const;

    std::span<const std::byte> m_bytes;
    std::string m_where;
    std::size_t m_position = 0;
    Document m_document;
    std::vector<Value*> m_stack;
    std::vector<std::size_t> m_marks; ///< stack heights
    std::unordered_map<std::uint64_t, Value*> m_memo;
    std::size_t m_copiedPairs = 0;
};

} // namespace zscape::pickle
