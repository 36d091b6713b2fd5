#include "app/window/training_devices.h"

#include "core/train/devices.h"
#include "widgets/number_text.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <filesystem>

namespace zscape {

namespace {

QString text(const char* source) {
    return QCoreApplication::translate("TrainingForm", source);
}

/// "Processor, fused engine", "GPU, LibTorch", "GPU 1, LibTorch": short, as the details stand beside it.
QString nameOf(const DeviceInfo& info) {
    const QString engine = info.engine == "fused" ? text("fused engine") : text("LibTorch");
    if (info.device == "cpu") return text("Processor, %1").arg(engine);
    const std::size_t colon = info.device.find(':');
    const QString number =
        colon == std::string::npos ? QString() : u' ' + QString::fromStdString(info.device.substr(colon + 1));
    return text("GPU%1, %2").arg(number, engine);
}

} // namespace

QVector<TrainingDeviceChoice> trainingDeviceChoices(bool lookForGpus) {
    QVector<TrainingDeviceChoice> choices;
    for (const DeviceInfo& info : trainingDevices(lookForGpus)) {
        if (!info.available()) continue;
        QString details = QString::fromStdString(info.name);
        if (info.device == "cpu") details.remove(QStringLiteral("CPU, ")); // the name says so
        if (info.memoryFree > 0) {
            details += text("; %1 GB free").arg(fixedText(static_cast<double>(info.memoryFree) / 1e9, 1));
        }
        choices.push_back(
            {QString::fromStdString(info.engine), QString::fromStdString(info.device), nameOf(info), details + u'.'});
    }
    return choices;
}

bool mayHaveGpu() {
    static constexpr std::array drivers{"/dev/nvidiactl", "/dev/dxg", "/dev/kfd"};
    return std::ranges::any_of(drivers, [](const char* path) {
        std::error_code ignored;
        return std::filesystem::exists(path, ignored);
    });
}

} // namespace zscape
