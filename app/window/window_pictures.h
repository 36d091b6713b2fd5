#pragma once

#include "app/cli/command_line.h"

#include <QString>

#include <functional>

class QWidget;

/// What the command line asks the window to show, and pictures of it made without a person.
namespace zscape {

class MainWindow;

/// A message handler: Qt's offscreen platform remarks on what it cannot do, and in a script's output only our own lines
/// belong.
void dropPlatformRemarks(QtMsgType type, const QMessageLogContext& context, const QString& text);
/// A message handler: Qt's offscreen platform remarks on what it cannot do, and in a script's output only our own lines
/// belong.
void dropPlatformRemarks(QtMsgType type, const QMessageLogContext& context, const QString& text);
/// Hides what differs from run to run: how long a frame took.
void hideTimes(MainWindow& window);
/// Puts columns, selections, views, panels, tracks and the star in place; they exist once the data are there. Throws
/// Error.
void showRequested(MainWindow& window, const cli::WindowRequest& request);
/// Opens the dialog that is asked for; null where none is. Throws Error for one there is not.
QWidget* openDialog(MainWindow& window, const cli::WindowRequest& request);
/// Calls once no job runs and nothing waits to be drawn.
void whenSettled(MainWindow& window, std::function<void()> then);
/// Writes the screenshot (of the dialog where there is one) and the demo's pictures; the error sentence, "" when all
/// went well.
QString writePictures(MainWindow& window, QWidget* dialog, const cli::WindowRequest& request);

} // namespace zscape
