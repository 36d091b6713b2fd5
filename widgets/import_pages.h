#pragma once

#include "core/build/import.h"

#include <QString>
#include <QStringList>
#include <QWizardPage>

#include <vector>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QPlainTextEdit;
class QProgressBar;
class QRadioButton;
class QTabWidget;
class QTableWidget;

/// The pages of the import wizard: passive, each fills its part of ImportOptions. They go the way of `zscape import`.
namespace zscape {

/// A column of a label table, and what it is to become.
struct ImportColumn {
    QString from; ///< in the file
    QString name; ///< in the catalogue
    QString unit;
    QString meaning; ///< what it is, where Zscape knows
    bool isTaken = false;
};

/// A label table as the mapping page shows it.
struct ImportTable {
    QString path;
    QString sourceId; ///< preselected; empty for none found
    QStringList sourceIdChoices;
    std::vector<ImportColumn> columns;
    QString problem; ///< why it cannot be read; the rest is empty then
};

/// Which files: spectra and label tables.
class ImportFilesPage : public QWizardPage {
    Q_OBJECT

public:
    explicit ImportFilesPage(QWidget* parent = nullptr);
    void addSpectra(const QStringList& paths);
    void addLabels(const QStringList& paths);
    QStringList spectra() const;
    QStringList labels() const;
    bool isComplete() const override;
    bool validatePage() override;

signals:
    /// The page is left: label tables are to be looked into.
    void labelsChosen(const QStringList& paths);

private:
    QListWidget* m_spectra = nullptr;
    QListWidget* m_labels = nullptr;
};

/// What of each label table becomes which column.
class ImportColumnsPage : public QWizardPage {
    Q_OBJECT

public:
    explicit ImportColumnsPage(QWidget* parent = nullptr);
    void setTables(const std::vector<ImportTable>& tables);
    QStringList paths() const; ///< of the tables that are shown
    void fill(ImportOptions& options) const;
    bool isComplete() const override;

private:
    struct Tab {
        QString path;
        QString problem;
        QComboBox* sourceId = nullptr;
        QTableWidget* columns = nullptr;
    };
    QWidget* makeTab(const ImportTable& table, Tab& tab);
    void checkNames();

    QTabWidget* m_tabs = nullptr;
    QLabel* m_problem = nullptr;
    std::vector<Tab> m_contents;
};

/// Which stars: the join's rule and cuts.
class ImportStarsPage : public QWizardPage {
    Q_OBJECT

public:
    explicit ImportStarsPage(QWidget* parent = nullptr);
    void fill(ImportOptions& options) const;
    void initializePage() override;

private:
    QRadioButton* m_matched = nullptr;
    QRadioButton* m_all = nullptr;
    QComboBox* m_quality = nullptr;
    QCheckBox* m_usable = nullptr;
    QPlainTextEdit* m_formulas = nullptr;
};

/// Where to, and in which layout.
class ImportOutputPage : public QWizardPage {
    Q_OBJECT

public:
    explicit ImportOutputPage(QWidget* parent = nullptr);
    void setPath(const QString& path);
    void fill(ImportOptions& options) const;
    bool isComplete() const override;

private:
    QLineEdit* m_path = nullptr;
    QRadioButton* m_native = nullptr;
    QRadioButton* m_released = nullptr;
    QCheckBox* m_correlations = nullptr;
    QCheckBox* m_skip = nullptr;
    QCheckBox* m_keepCache = nullptr;
    QLabel* m_note = nullptr;
};

/// Runs while it is shown, then shows the report. Going back cancels.
class ImportRunPage : public QWizardPage {
    Q_OBJECT

public:
    explicit ImportRunPage(QWidget* parent = nullptr);
    void initializePage() override;
    void cleanupPage() override;
    bool isComplete() const override { return m_isDone; }
    void setProgress(double fraction, const QString& text);
    void setReport(const QString& report);
    void setFailed(const QString& message);
    bool wantsOpen() const;

signals:
    void startRequested();
    void cancelRequested();

private:
    QProgressBar* m_bar = nullptr;
    QLabel* m_text = nullptr;
    QPlainTextEdit* m_report = nullptr;
    QCheckBox* m_open = nullptr;
    bool m_isDone = false;
};

} // namespace zscape
