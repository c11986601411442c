// SPDX-License-Identifier: GPL-3.0-or-later
/// The umbrella product: `import AdamProbe` brings every library room.
@_exported import Certificates
@_exported import Claims
@_exported import Compaction
@_exported import Datasets
@_exported import Ensembles
@_exported import Experiments
@_exported import Figures
@_exported import Laboratory
@_exported import Networks
@_exported import OptimizerLaws
@_exported import Optimizers
@_exported import Probes
@_exported import Records
@_exported import Reduction
@_exported import Statistics
@_exported import Theory
