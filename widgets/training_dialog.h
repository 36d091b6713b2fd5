#pragma once

#include "widgets/training_form.h"

#include <QDialog>
#include <QHash>

class QComboBox;
class QGridLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QScrollArea;
class QTimer;
class QToolButton;

namespace zscape {

class ElidedLabel;
class TrainingRow;

/// The form that starts a training. Checked at every key; each wrong field says why beside it. Passive: what is open
/// and what can be used come in as a context, times of an epoch are measured by whoever listens.
class TrainingDialog : public QDialog {
    Q_OBJECT

public:
    explicit TrainingDialog(QWidget* parent = nullptr);
    ~TrainingDialog() override;

    /// Keeps what was typed.
    void setContext(const TrainingContext& context);
    const TrainingContext& context() const { return m_context; }
    void setForm(const TrainingForm& form);
    const TrainingForm& form() const { return m_form; }
    const TrainingCheck& check() const { return m_check; }
    /// Where files are chosen first.
    void setFolder(const QString& folder) { m_folder = folder; }
    /// As if a file had been chosen to start from; startFileChosen asks for what is in it.
    void setStartFile(const QString& path);

    /// The answers to measureWanted, for the form as it then was.
    void setMeasured(double secondsPerEpoch);
    void setMeasureFailed(const QString& sentence);
    /// False: there are no settings of this kind left to be measured, or a measurement runs.
    bool isMeasuring() const { return m_measuring; }
    /// The form waits for a moment without a key to be measured.
    bool isAboutToMeasure() const;

    void useQuickLook();
    void usePaperRun();

signals:
    /// The form is right and stays so for a moment: measure the epoch that check().options ask for.
    void measureWanted();
    void measureCancelled();
    /// Read this file and put what is in it into the context.
    void startFileChosen(const QString& path);
    void startRequested();

protected:
    void changeEvent(QEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    void build();
    QWidget* buildHeader();
    QWidget* buildForm();
    QWidget* buildFooter();
    void addBasicRows(QGridLayout& grid);
    void addAdvancedRows(QGridLayout& grid);
    void addTitle(QGridLayout& grid, const QString& text);
    TrainingRow& addRow(QGridLayout& grid, TrainingField field, QWidget* editor, bool wide = false);
    QLineEdit* addNumber(QGridLayout& grid, TrainingField field);
    void addStartFile(QGridLayout& grid);
    void addOutput(QGridLayout& grid);

    void chooseStartFile();
    void chooseOutput();
    void showAdvanced(bool shown);
    void fillLists();
    void showForm();
    void edited();
    void update();
    void adoptNetwork();
    void updateRows();
    void updateEstimate();
    QString measureKey() const;
    void considerMeasuring();
    void setOptions(const TrainingOptions& options);

    TrainingContext m_context;
    TrainingForm m_form;
    TrainingCheck m_check;
    QString m_folder;
    QHash<TrainingField, TrainingRow*> m_rows; ///< owned as children
    bool m_filling = false;

    bool m_quickLook = false; ///< epochs follow what was measured
    bool m_measuring = false;
    QString m_measuredKey; ///< what m_secondsPerEpoch was measured for
    QString m_askedKey;
    double m_secondsPerEpoch = 0;
    QString m_measureFailure;
    QTimer* m_pause = nullptr;

    QScrollArea* m_scroll = nullptr;
    QLabel* m_catalog = nullptr;
    QComboBox* m_selection = nullptr;
    QComboBox* m_start = nullptr;
    QLabel* m_startFileLabel = nullptr;
    QWidget* m_startFileRow = nullptr;
    ElidedLabel* m_startFile = nullptr;
    QComboBox* m_network = nullptr;
    QComboBox* m_schedule = nullptr;
    QComboBox* m_device = nullptr;
    QToolButton* m_advanced = nullptr;
    QLabel* m_estimate = nullptr;
    QToolButton* m_measure = nullptr;
    QPushButton* m_startButton = nullptr;
};

} // namespace zscape
