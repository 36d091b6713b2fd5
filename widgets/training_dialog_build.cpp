// How the training dialog is laid out.
#include "widgets/training_dialog.h"

#include "widgets/elided_label.h"
#include "widgets/section_title.h"
#include "widgets/theme.h"
#include "widgets/training_row.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QFrame>
#include <QGridLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QToolButton>

namespace zscape {

namespace {

using Field = TrainingField;

constexpr int contentWidth = 88 * gridUnit;

QComboBox* makeList(std::initializer_list<std::pair<QString, int>> entries) {
    auto* list = new QComboBox;
    for (const auto& [text, value] : entries) {
        list->addItem(text, value);
    }
    return list;
}

QFrame* makeRule() {
    auto* rule = new QFrame;
    rule->setFrameShape(QFrame::HLine);
    rule->setFrameShadow(QFrame::Plain);
    rule->setForegroundRole(QPalette::Mid);
    return rule;
}

} // namespace

void TrainingDialog::build() {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(buildHeader());
    layout->addWidget(makeRule());
    m_scroll = new QScrollArea;
    m_scroll->setWidget(buildForm());
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->viewport()->setAutoFillBackground(false);
    m_scroll->widget()->setAutoFillBackground(false);
    layout->addWidget(m_scroll, 1);
    layout->addWidget(makeRule());
    layout->addWidget(buildFooter());
}

QWidget* TrainingDialog::buildHeader() {
    auto* header = new QWidget;
    auto* row = new QHBoxLayout(header);
    row->setContentsMargins(3 * gridUnit, 2 * gridUnit, 3 * gridUnit, 2 * gridUnit);
    row->setSpacing(gridUnit);
    auto* caption = new QLabel(tr("Settings for"));
    caption->setFixedWidth(trainingLabelWidth);
    row->addWidget(caption);
    auto* quick = new QPushButton(tr("&Quick look"));
    quick->setObjectName(QStringLiteral("quickLook"));
    quick->setToolTip(tr("About three minutes for this catalogue: enough to see a latent space form"));
    auto* paper = new QPushButton(tr("&Paper"));
    paper->setObjectName(QStringLiteral("paperRun"));
    paper->setToolTip(tr("The paper's run: 5,000 epochs, batch 1,024, learning rate 1e-4, restarts every 500 epochs"));
    for (QPushButton* button : {quick, paper}) {
        button->setAutoDefault(false);
        button->setFixedWidth((trainingFieldWidth - gridUnit) / 2);
        row->addWidget(button);
    }
    row->addWidget(makeMutedLabel(tr("or your own below")));
    row->addStretch(1);
    connect(quick, &QPushButton::clicked, this, &TrainingDialog::useQuickLook);
    connect(paper, &QPushButton::clicked, this, &TrainingDialog::usePaperRun);
    return header;
}

QWidget* TrainingDialog::buildForm() {
    auto* content = new QWidget;
    auto* grid = new QGridLayout(content);
    grid->setContentsMargins(3 * gridUnit, gridUnit, 3 * gridUnit, 2 * gridUnit);
    grid->setHorizontalSpacing(gridUnit);
    grid->setVerticalSpacing(0);
    grid->setColumnMinimumWidth(0, trainingLabelWidth);
    grid->setColumnMinimumWidth(1, trainingFieldWidth);
    grid->setColumnStretch(2, 1);
    addBasicRows(*grid);
    m_advanced = new QToolButton;
    m_advanced->setObjectName(QStringLiteral("advanced"));
    m_advanced->setText(tr("&Advanced"));
    m_advanced->setCheckable(true);
    m_advanced->setAutoRaise(true);
    m_advanced->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    connect(m_advanced, &QToolButton::toggled, this, &TrainingDialog::showAdvanced);
    const int row = grid->rowCount();
    grid->setRowMinimumHeight(row, 6 * gridUnit);
    grid->addWidget(m_advanced, row, 0, 1, 3, Qt::AlignLeft | Qt::AlignBottom);
    addAdvancedRows(*grid);
    grid->setRowStretch(grid->rowCount(), 1);
    content->setMinimumWidth(contentWidth);
    return content;
}

QWidget* TrainingDialog::buildFooter() {
    auto* footer = new QWidget;
    auto* row = new QHBoxLayout(footer);
    row->setContentsMargins(3 * gridUnit, 2 * gridUnit, 3 * gridUnit, 2 * gridUnit);
    row->setSpacing(gridUnit);
    m_estimate = new QLabel;
    m_estimate->setObjectName(QStringLiteral("estimate"));
    m_estimate->setWordWrap(true);
    m_estimate->setMinimumHeight(4 * gridUnit);
    m_measure = new QToolButton;
    m_measure->setObjectName(QStringLiteral("measure"));
    m_measure->setAutoRaise(true);
    m_startButton = new QPushButton(tr("&Start training"));
    m_startButton->setObjectName(QStringLiteral("startTraining"));
    m_startButton->setDefault(true);
    auto* close = new QPushButton(tr("Close"));
    close->setAutoDefault(false);
    for (QPushButton* button : {m_startButton, close}) {
        button->setMinimumSize(14 * gridUnit, 4 * gridUnit);
    }
    row->addWidget(m_estimate, 1);
    row->addWidget(m_measure);
    row->addSpacing(gridUnit);
    row->addWidget(close);
    row->addWidget(m_startButton);
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_startButton, &QPushButton::clicked, this, &TrainingDialog::startRequested);
    connect(m_measure, &QToolButton::clicked, this, [this] {
        if (m_measuring) {
            m_measuring = false;
            m_measureFailure = tr("Not measured.");
            emit measureCancelled();
        } else {
            m_askedKey.clear();
            m_measureFailure.clear();
            considerMeasuring();
        }
        updateEstimate();
    });
    return footer;
}

void TrainingDialog::addTitle(QGridLayout& grid, const QString& text) {
    const int row = grid.rowCount();
    grid.setRowMinimumHeight(row, 4 * gridUnit);
    auto* title = new SectionTitle(text);
    title->setContentsMargins(0, 0, 0, gridUnit / 2);
    grid.addWidget(title, row, 0, 1, 3, Qt::AlignBottom);
}

TrainingRow& TrainingDialog::addRow(QGridLayout& grid, Field field, QWidget* editor, bool wide) {
    auto* row = new TrainingRow(grid, field, editor, wide, this);
    m_rows.insert(field, row);
    return *row;
}

QLineEdit* TrainingDialog::addNumber(QGridLayout& grid, Field field) {
    auto* edit = new QLineEdit;
    edit->setObjectName(QStringLiteral("field%1").arg(static_cast<int>(field)));
    addRow(grid, field, edit);
    connect(edit, &QLineEdit::textEdited, this, [this, field](const QString& text) {
        m_form.texts[field] = text;
        if (field == Field::Epochs) m_quickLook = false;
        edited();
    });
    return edit;
}

void TrainingDialog::addBasicRows(QGridLayout& grid) {
    addTitle(grid, tr("Data"));
    auto* stars = new QWidget;
    auto* column = new QVBoxLayout(stars);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(gridUnit / 2);
    m_catalog = new QLabel;
    m_catalog->setTextFormat(Qt::PlainText);
    m_selection = new QComboBox;
    m_selection->setObjectName(QStringLiteral("selection"));
    m_selection->setAccessibleName(tr("Stars to train on"));
    m_selection->setToolTip(tr("The whole catalogue, or one of the window's selections"));
    column->addWidget(m_catalog);
    column->addWidget(m_selection);
    addRow(grid, Field::Stars, stars);
    addNumber(grid, Field::Validation);

    addTitle(grid, tr("Network"));
    m_start = makeList({{tr("nothing: random weights"), static_cast<int>(TrainingStart::Nothing)},
                        {tr("the open model"), static_cast<int>(TrainingStart::OpenModel)},
                        {tr("a model file"), static_cast<int>(TrainingStart::ModelFile)},
                        {tr("a checkpoint: resume"), static_cast<int>(TrainingStart::Checkpoint)}});
    m_start->setObjectName(QStringLiteral("startFrom"));
    addRow(grid, Field::Start, m_start);
    addStartFile(grid);
    m_network = makeList({{tr("as released"), static_cast<int>(Preset::Released)},
                          {tr("as printed in the paper"), static_cast<int>(Preset::Paper)}});
    m_network->setObjectName(QStringLiteral("network"));
    addRow(grid, Field::Network, m_network);
    addNumber(grid, Field::Latents);
    addNumber(grid, Field::Layers);

    addTitle(grid, tr("Training"));
    addNumber(grid, Field::Epochs);
    addNumber(grid, Field::Batch);
    addNumber(grid, Field::LearningRate);
    m_schedule = makeList({{tr("cosine with restarts"), static_cast<int>(Schedule::CosineRestarts)},
                           {tr("cosine"), static_cast<int>(Schedule::Cosine)},
                           {tr("constant"), static_cast<int>(Schedule::Constant)},
                           {tr("reduce on plateau"), static_cast<int>(Schedule::ReduceOnPlateau)}});
    m_schedule->setObjectName(QStringLiteral("schedule"));
    addRow(grid, Field::Schedule, m_schedule);
    addNumber(grid, Field::Period);
    m_device = new QComboBox;
    m_device->setObjectName(QStringLiteral("device"));
    addRow(grid, Field::Device, m_device);
    addOutput(grid);
    for (QComboBox* list : {m_selection, m_start, m_network, m_schedule, m_device}) {
        connect(list, &QComboBox::activated, this, [this] {
            m_form.selection = m_selection->currentIndex() - 1;
            m_form.network = static_cast<Preset>(m_network->currentData().toInt());
            m_form.schedule = static_cast<Schedule>(m_schedule->currentData().toInt());
            m_form.device = m_device->currentIndex();
            const auto start = static_cast<TrainingStart>(m_start->currentData().toInt());
            if (start != m_form.start) {
                m_form.start = start;
                setStartFile({});
            }
            edited();
        });
    }
}

void TrainingDialog::addStartFile(QGridLayout& grid) {
    m_startFileRow = new QWidget;
    auto* row = new QHBoxLayout(m_startFileRow);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(gridUnit);
    auto* browse = new QPushButton(tr("Choose…"));
    browse->setObjectName(QStringLiteral("chooseStartFile"));
    browse->setAutoDefault(false);
    browse->setFixedWidth((trainingFieldWidth - gridUnit) / 2);
    m_startFile = new ElidedLabel;
    row->addWidget(browse);
    row->addWidget(m_startFile, 1);
    m_startFileLabel = new QLabel(tr("File"));
    const int at = grid.rowCount();
    grid.addWidget(m_startFileLabel, at, 0);
    grid.addWidget(m_startFileRow, at, 1, 1, 2);
    connect(browse, &QPushButton::clicked, this, &TrainingDialog::chooseStartFile);
}

void TrainingDialog::addOutput(QGridLayout& grid) {
    auto* output = new QWidget;
    auto* row = new QHBoxLayout(output);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(gridUnit);
    auto* edit = new QLineEdit;
    edit->setObjectName(QStringLiteral("field%1").arg(static_cast<int>(Field::Output)));
    edit->setAccessibleName(trainingFieldName(Field::Output));
    auto* browse = new QPushButton(tr("Choose…"));
    browse->setAutoDefault(false);
    row->addWidget(edit, 1);
    row->addWidget(browse);
    output->setFocusProxy(edit);
    addRow(grid, Field::Output, output, true);
    connect(edit, &QLineEdit::textEdited, this, [this](const QString& text) {
        m_form.texts[Field::Output] = text;
        edited();
    });
    connect(browse, &QPushButton::clicked, this, &TrainingDialog::chooseOutput);
}

void TrainingDialog::addAdvancedRows(QGridLayout& grid) {
    for (const Field field :
         {Field::MinimumRate, Field::PlateauFactor, Field::PlateauPatience, Field::WeightDecay, Field::ClipNorm,
          Field::KlWeight, Field::KlWarmUp, Field::EarlyStop, Field::Seed, Field::SplitSeed, Field::Threads}) {
        addNumber(grid, field);
    }
}

} // namespace zscape
