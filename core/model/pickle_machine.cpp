#include "core/model/pickle_machine.h"

#include "core/base/error.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace zscape::pickle {

namespace {

// A checkpoint with optimiser state has some thousand values, nested five deep.
constexpr std::size_t mostValues = 1'000'000;
constexpr int deepest = 100;

} // namespace

void Machine::fail(const std::string& what) const {
    throw Error(m_where + " cannot be read: " + what + " at byte " + std::to_string(m_position));
}

Document Machine::run() {
    while (step()) {
    }
    return std::move(m_document);
}

std::uint64_t Machine::unsignedNumber(std::size_t size) {
    if (m_bytes.size() - m_position < size) fail("the pickle is truncated");
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < size; ++i) {
        number |= std::to_integer<std::uint64_t>(m_bytes[m_position + i]) << (8 * i);
    }
    m_position += size;
    return number;
}

std::string Machine::text(std::uint64_t size) {
    if (m_bytes.size() - m_position < size) fail("the pickle is truncated");
    const char* start = reinterpret_cast<const char*>(m_bytes.data()) + m_position;
    m_position += static_cast<std::size_t>(size);
    return std::string(start, static_cast<std::size_t>(size));
}

std::string Machine::line() {
    const auto start = m_bytes.begin() + static_cast<std::ptrdiff_t>(m_position);
    const auto end = std::find(start, m_bytes.end(), std::byte{'\n'});
    if (end == m_bytes.end()) fail("the pickle is truncated");
    std::string content = text(static_cast<std::uint64_t>(end - start));
    ++m_position;
    return content;
}

std::int64_t Machine::longNumber(std::uint64_t size) {
    if (size > 8) fail("an integer of more than 64 bits");
    if (size == 0) return 0;
    const auto bits = static_cast<unsigned>(64 - 8 * size);
    return static_cast<std::int64_t>(unsignedNumber(static_cast<std::size_t>(size)) << bits) >> bits;
}

double Machine::bigEndianDouble() {
    std::uint64_t bits = 0;
    for (int i = 0; i < 8; ++i) {
        bits = (bits << 8) | unsignedNumber(1);
    }
    return std::bit_cast<double>(bits);
}

Value* Machine::make(decltype(Value::data) data, int depth) {
    if (m_document.m_values.size() >= mostValues) fail("more than a million values");
    if (depth > deepest) fail("values nested more than 100 deep");
    m_document.m_values.push_back({std::move(data), depth});
    return &m_document.m_values.back();
}

void Machine::push(decltype(Value::data) data, int depth) {
    push(make(std::move(data), depth));
}

void Machine::push(Value* value) {
    if (m_stack.size() >= mostValues) fail("more than a million values");
    m_stack.push_back(value);
}

Value* Machine::top() {
    if (m_stack.empty() || (!m_marks.empty() && m_stack.size() <= m_marks.back())) fail("a value is missing");
    return m_stack.back();
}

Value* Machine::pop() {
    Value* value = top();
    m_stack.pop_back();
    return value;
}

void Machine::mark() {
    if (m_marks.size() >= static_cast<std::size_t>(deepest)) fail("values nested more than 100 deep");
    m_marks.push_back(m_stack.size());
}

std::vector<const Value*> Machine::popToMark() {
    if (m_marks.empty()) fail("a mark is missing");
    const auto start = m_stack.begin() + static_cast<std::ptrdiff_t>(m_marks.back());
    std::vector<const Value*> items(start, m_stack.end());
    m_stack.erase(start, m_stack.end());
    m_marks.pop_back();
    return items;
}

int Machine::depthOver(const std::vector<const Value*>& items) const {
    int depth = 0;
    for (const Value* item : items) {
        depth = std::max(depth, item->depth);
    }
    return depth + 1;
}

void Machine::remember(std::uint64_t index) {
    if (m_memo.size() >= mostValues) fail("more than a million remembered values");
    m_memo[index] = top();
}

void Machine::recall(std::uint64_t index) {
    const auto found = m_memo.find(index);
    if (found == m_memo.end()) fail("a remembered value is missing");
    push(found->second);
}

bool Machine::step() {
    constexpr unsigned protocol = 0x80, frame = 0x95, stop = '.';
    const auto code = static_cast<unsigned>(unsignedNumber(1));
    if (code == protocol) {
        const std::uint64_t version = unsignedNumber(1);
        if (version < 2 || version > 5) fail("pickle protocol " + std::to_string(version));
        return true;
    }
    if (code == frame) { // a hint for buffered reading
        unsignedNumber(8);
        return true;
    }
    if (code == stop) {
        m_document.m_root = pop();
        if (!m_stack.empty()) fail("the pickle ends with values left over");
        return false;
    }
    if (!literal(code) && !textLiteral(code) && !container(code) && !stackOrMemo(code) && !callable(code)) {
        --m_position;
        fail("the pickle operation " + std::to_string(code) + ", which no PyTorch checkpoint needs,");
    }
    return true;
}

bool Machine::literal(unsigned code) {
    switch (code) {
    case 'N':
        push(None{});
        return true;
    case 0x88:
        push(true);
        return true;
    case 0x89:
        push(false);
        return true;
    case 'J':
        push(std::int64_t{static_cast<std::int32_t>(unsignedNumber(4))});
        return true;
    case 'K':
        push(static_cast<std::int64_t>(unsignedNumber(1)));
        return true;
    case 'M':
        push(static_cast<std::int64_t>(unsignedNumber(2)));
        return true;
    case 0x8a:
        push(longNumber(unsignedNumber(1)));
        return true;
    case 0x8b:
        push(longNumber(unsignedNumber(4)));
        return true;
    case 'G':
        push(bigEndianDouble());
        return true;
    default:
        return false;
    }
}

bool Machine::textLiteral(unsigned code) {
    switch (code) {
    case 'X':
        push(text(unsignedNumber(4)));
        return true;
    case 0x8c:
        push(text(unsignedNumber(1)));
        return true;
    case 0x8d:
        push(text(unsignedNumber(8)));
        return true;
    case 'U':
        push(text(unsignedNumber(1)));
        return true; // str of Python 2
    case 'T':
        push(text(unsignedNumber(4)));
        return true;
    case 'C':
        push(Bytes{text(unsignedNumber(1))});
        return true;
    case 'B':
        push(Bytes{text(unsignedNumber(4))});
        return true;
    case 0x8e:
        push(Bytes{text(unsignedNumber(8))});
        return true;
    default:
        return false;
    }
}

bool Machine::container(unsigned code) {
    switch (code) {
    case ')':
        push(Tuple{});
        return true;
    case ']':
        push(List{});
        return true;
    case '}':
        push(Dict{});
        return true;
    case 0x85:
        tuple(1);
        return true;
    case 0x86:
        tuple(2);
        return true;
    case 0x87:
        tuple(3);
        return true;
    case 't': {
        std::vector<const Value*> items = popToMark();
        const int depth = depthOver(items);
        push(Tuple{std::move(items)}, depth);
        return true;
    }
    case 'a':
        append({pop()});
        return true;
    case 'e':
        append(popToMark());
        return true;
    case 's': {
        const Value* value = pop();
        const Value* key = pop();
        setItems({key, value});
        return true;
    }
    case 'u':
        setItems(popToMark());
        return true;
    default:
        return false;
    }
}

bool Machine::stackOrMemo(unsigned code) {
    switch (code) {
    case '(':
        mark();
        return true;
    case '0':
        pop();
        return true;
    case '1':
        popToMark();
        return true;
    case '2':
        push(top());
        return true;
    case 'q':
        remember(unsignedNumber(1));
        return true;
    case 'r':
        remember(unsignedNumber(4));
        return true;
    case 0x94:
        remember(m_memo.size());
        return true;
    case 'h':
        recall(unsignedNumber(1));
        return true;
    case 'j':
        recall(unsignedNumber(4));
        return true;
    default:
        return false;
    }
}

bool Machine::callable(unsigned code) {
    switch (code) {
    case 'c': {
        const std::string module = line();
        global(module, line());
        return true;
    }
    case 0x93: {
        const std::string* name = pop()->as<std::string>();
        const std::string* module = pop()->as<std::string>();
        if (!name || !module) fail("a name that is no text");
        global(*module, *name);
        return true;
    }
    case 'R':
        call();
        return true;
    case 'b':
        setState();
        return true;
    case 'Q':
        persistent();
        return true;
    default:
        return false;
    }
}

void Machine::tuple(std::size_t size) {
    std::vector<const Value*> items(size);
    for (std::size_t i = size; i-- > 0;) {
        items[i] = pop();
    }
    const int depth = depthOver(items);
    push(Tuple{std::move(items)}, depth);
}

void Machine::append(std::vector<const Value*> items) {
    Value* target = top();
    List* list = std::get_if<List>(&target->data);
    if (!list) fail("items for something that is no list");
    target->depth = std::max(target->depth, depthOver(items));
    if (target->depth > deepest) fail("values nested more than 100 deep");
    list->items.insert(list->items.end(), items.begin(), items.end());
}

void Machine::setItems(std::vector<const Value*> items) {
    Value* target = top();
    Dict* dict = std::get_if<Dict>(&target->data);
    if (!dict) fail("items for something that is no dictionary");
    if (items.size() % 2 != 0) fail("a key without a value");
    target->depth = std::max(target->depth, depthOver(items));
    if (target->depth > deepest) fail("values nested more than 100 deep");
    for (std::size_t i = 0; i < items.size(); i += 2) {
        dict->items.emplace_back(items[i], items[i + 1]);
    }
}

} // namespace zscape::pickle
