#pragma once

#include <string>
#include <string_view>

namespace zscape {

/// One sentence for what LibTorch or CUDA says went wrong on a GPU, which ends with the offer to go on with the CPU.
/// `what` completes "LibTorch could not ..."; it stands in the sentence where the text is not one we know.
std::string deviceErrorSentence(std::string_view what, std::string_view libTorchText);

} // namespace zscape
