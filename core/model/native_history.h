#pragma once

#include "core/model/model.h"

#include <array>

namespace zscape {

/// The columns of the native file's `history` group, besides `epoch`.
struct HistoryColumn {
    const char* name;
    double EpochRecord::*member;
};
inline constexpr std::array<HistoryColumn, 8> historyColumns{{{"loss", &EpochRecord::loss},
                                                              {"rec", &EpochRecord::rec},
                                                              {"kl", &EpochRecord::kl},
                                                              {"validation_loss", &EpochRecord::validationLoss},
                                                              {"validation_rec", &EpochRecord::validationRec},
                                                              {"validation_kl", &EpochRecord::validationKl},
                                                              {"learning_rate", &EpochRecord::learningRate},
                                                              {"seconds", &EpochRecord::seconds}}};

} // namespace zscape
