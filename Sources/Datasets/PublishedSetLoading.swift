// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

extension PublishedSet {
    /// The set's training and test samples, bytes / 255, from the first place that holds it; input box [0, 1].
    ///
    /// The files must have the published bytes: for others, name them with ``DataSource/idx(trainImages:trainLabels:testImages:testLabels:)``.
    func load(from locations: DataLocations) throws(DatasetError) -> Dataset {
        let (place, contents) = try locations.usablePlace(for: self)
        switch format {
        case .idx: return try idxDataset(contents)
        case .cifar10: return try cifar10Dataset(place, contents)
        }
    }

    private func idxDataset(_ contents: [String: Data]) throws(DatasetError) -> Dataset {
        var arrays: [IDX] = []
        for file in files { arrays.append(try IDX(parsing: contents[file.name] ?? Data(), name: file.name)) }
        let parts = try [0, 2].map { (first) throws(DatasetError) in
            try Samples(
                images: arrays[first], imagesName: files[first].name, labels: arrays[first + 1], labelsName: files[first + 1].name,
                classCount: 10)
        }
        return Dataset(
            name: name, training: parts[0], test: parts[1], inputShape: Array(arrays[0].dimensions.dropFirst()), classCount: 10,
            inputBox: InputBox(0...1, features: parts[0].featureCount))
    }

    private func cifar10Dataset(_ place: DataPlace, _ contents: [String: Data]) throws(DatasetError) -> Dataset {
        var notes: [String] = []
        let batches = files.dropLast().filter { contents[$0.name] != nil }
        let training = try samples(of: batches.map(\.name), contents)
        if batches.count < files.count - 1 {
            notes.append("training samples are those of \(batches.map(\.name).joined(separator: ", ")) only")
        }
        var test: Samples?
        if let exact = files.last, contents[exact.name] != nil {
            test = try samples(of: [exact.name], contents)
        } else if let approximate = approximateTest, contents[approximate.name] != nil {
            let whole = try samples(of: [approximate.name], contents)
            let inexact = try inexactIndices(in: place, count: whole.count)
            test = whole.selecting((0..<whole.count).filter { !inexact.contains($0) })
            notes.append(
                "test samples are \(whole.count - inexact.count) of \(whole.count): the \(inexact.count) inexact records of "
                    + "\(approximate.name) are left out")
        } else {
            notes.append("no test batch was found")
        }
        return Dataset(
            name: name, training: training, test: test, inputShape: CIFAR10.shape, classCount: CIFAR10.classCount,
            inputBox: InputBox(0...1, features: CIFAR10.pixelCount), notes: notes)
    }

    private func samples(of names: [String], _ contents: [String: Data]) throws(DatasetError) -> Samples {
        var labels: [Int] = []
        var pixels: [UInt8] = []
        for name in names { try CIFAR10.append(contents[name] ?? Data(), name: name, labels: &labels, pixels: &pixels) }
        return Samples(bytes: pixels, divisor: 255, featureCount: CIFAR10.pixelCount, targets: .classes(labels))
    }

    private func inexactIndices(in place: DataPlace, count: Int) throws(DatasetError) -> Set<Int> {
        let url = place.folder.appendingPathComponent(CIFAR10.inexactIndicesName)
        let text: String
        do { text = try String(contentsOf: url, encoding: .utf8) } catch {
            throw .unreadable(file: url.path, reason: "it has to say which records of the approximate test batch are inexact: \(error)")
        }
        return Set(try CIFAR10.indices(parsing: text, name: url.path, count: count))
    }
}
