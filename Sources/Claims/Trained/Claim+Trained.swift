// SPDX-License-Identifier: GPL-3.0-or-later

extension Claim {
    /// Claims about trained networks, the cheap ones first.
    static let trainedClaims: [Claim] = [
        .threeConditions, .shieldedDecay, .effectSigns, .batchNormDeath, .teacherNodes, .exactDeaths, .adiabaticDeaths, .earlyAdiabaticDeaths,
        .exactDeathsOnMNIST, .adiabaticDeathsOnMNIST, .dropRevival, .drop,
    ]
}
