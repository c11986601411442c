// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

/// Where a run's data come from: the `data` section of a configuration.
public enum DataSource: Sendable, Equatable {
    /// The embedded set (``Digits``).
    case digits
    case mnist
    case fashionMNIST
    case cifar10
    /// IDX files of one's own, plain or gzipped; bytes / 255, classes 0 to the largest label.
    case idx(trainImages: URL, trainLabels: URL, testImages: URL? = nil, testLabels: URL? = nil)
    /// NPY files: inputs [samples, …], targets int64 [samples] (class indices) or real [samples] or [samples, width]; values as they are.
    case npy(inputs: URL, targets: URL, testInputs: URL? = nil, testTargets: URL? = nil)
    /// Teacher–student data, drawn from the seed.
    case teacher(TeacherSpecification)
    /// A planted toy, drawn from the seed.
    case planted(PlantedSpecification)

    /// Whether the data come from files, which may be absent or not what they should be; the rest is embedded or drawn.
    public var isFromFiles: Bool {
        switch self {
        case .mnist, .fashionMNIST, .cifar10, .idx, .npy: true
        case .digits, .teacher, .planted: false
        }
    }

    /// The data.
    ///
    /// - Parameters:
    ///   - seed: the run's seed; only teacher and planted data depend on it.
    ///   - locations: where published sets are looked for.
    /// - Throws: ``DatasetError``; for a published set that is nowhere, ``DatasetError/absent(set:places:)`` names every place looked at
    ///   and the command that fetches it.
    public func load(seed: UInt64, locations: DataLocations = DataLocations()) throws(DatasetError) -> Dataset {
        switch self {
        case .digits: try Digits.load()
        case .mnist: try PublishedSet.mnist.load(from: locations)
        case .fashionMNIST: try PublishedSet.fashionMNIST.load(from: locations)
        case .cifar10: try PublishedSet.cifar10.load(from: locations)
        case .idx(let trainImages, let trainLabels, let testImages, let testLabels):
            try ArrayFiles.idx(trainImages, trainLabels, testImages, testLabels)
        case .npy(let inputs, let targets, let testInputs, let testTargets):
            try ArrayFiles.npy(inputs, targets, testInputs, testTargets)
        case .teacher(let specification): try specification.dataset(seed: seed)
        case .planted(let specification): try specification.dataset(seed: seed)
        }
    }
}
