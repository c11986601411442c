// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Records

/// Data sets from a user's own IDX and NPY files.
enum ArrayFiles {
    static func idx(_ trainImages: URL, _ trainLabels: URL, _ testImages: URL?, _ testLabels: URL?) throws(DatasetError) -> Dataset {
        func part(_ images: URL, _ labels: URL) throws(DatasetError) -> (samples: Samples, shape: [Int]) {
            let array = try IDX.read(images)
            let samples = try Samples(
                images: array, imagesName: images.path, labels: try IDX.read(labels), labelsName: labels.path, classCount: nil)
            return (samples, Array(array.dimensions.dropFirst()))
        }
        let training = try part(trainImages, trainLabels)
        let testURLs = try pair(testImages, testLabels, keys: ("testImages", "testLabels"))
        let test = try testURLs.map { (urls) throws(DatasetError) in try part(urls.0, urls.1) }
        if let test { try requireSameShape(training.shape, trainImages, test.shape, testURLs?.0) }
        return Dataset(
            name: "idx", training: training.samples, test: test?.samples, inputShape: training.shape,
            classCount: classCount([training.samples, test?.samples]), inputBox: InputBox(0...1, features: training.samples.featureCount))
    }

    static func npy(_ inputs: URL, _ targets: URL, _ testInputs: URL?, _ testTargets: URL?) throws(DatasetError) -> Dataset {
        let training = try part(inputs, targets)
        let testURLs = try pair(testInputs, testTargets, keys: ("testInputs", "testTargets"))
        let test = try testURLs.map { (urls) throws(DatasetError) in try part(urls.0, urls.1) }
        if let test {
            try requireSameShape(training.shape, inputs, test.shape, testURLs?.0)
            switch (training.samples.targets, test.samples.targets) {
            case (.classes, .classes): break
            case (.values(_, let width), .values(_, let testWidth)) where width == testWidth: break
            default:
                throw .shapeMismatch(
                    first: targets.path, second: testURLs?.1.path ?? "", problem: "one kind and width of target is needed in both")
            }
        }
        return Dataset(
            name: "npy", training: training.samples, test: test?.samples, inputShape: training.shape,
            classCount: classCount([training.samples, test?.samples]),
            inputBox: InputBox(covering: [training.samples, test?.samples].compactMap(\.self)))
    }

    private static func part(_ inputs: URL, _ targets: URL) throws(DatasetError) -> (samples: Samples, shape: [Int]) {
        let (values, count, shape) = try self.inputs(inputs)
        let targetTensor = try read(targets)
        guard targetTensor.shape.first == count else {
            throw .shapeMismatch(first: inputs.path, second: targets.path, problem: "shapes \([count] + shape) and \(targetTensor.shape)")
        }
        return (
            Samples(values: values, featureCount: shape.reduce(1, *), targets: try self.targets(targetTensor, targets)),
            shape
        )
    }

    /// Inputs alone: their values, how many samples there are, and the shape of one.
    fileprivate static func inputs(_ url: URL) throws(DatasetError) -> (values: [Double], count: Int, shape: [Int]) {
        let tensor = try read(url)
        guard tensor.shape.count >= 2, tensor.shape.allSatisfy({ $0 > 0 }) else {
            throw .malformed(
                file: url.path, problem: "shape \(tensor.shape)", accepted: "[samples, features] or more dimensions, none of them 0")
        }
        return (try realValues(tensor, url), tensor.shape[0], Array(tensor.shape.dropFirst()))
    }

    private static func targets(_ tensor: TensorRecord, _ url: URL) throws(DatasetError) -> Targets {
        switch tensor.elementType {
        case .float32, .float64:
            guard tensor.shape.count <= 2, tensor.shape.allSatisfy({ $0 > 0 }) else {
                throw .malformed(file: url.path, problem: "shape \(tensor.shape)", accepted: "real targets [samples] or [samples, width]")
            }
            return .values(try realValues(tensor, url), width: tensor.shape.count == 2 ? tensor.shape[1] : 1)
        case .bool: throw .malformed(file: url.path, problem: "boolean targets", accepted: "int64 class indices or real vectors")
        default:
            guard tensor.shape.count == 1 else {
                throw .malformed(file: url.path, problem: "integers of shape \(tensor.shape)", accepted: "class indices [samples]")
            }
            let classes: [Int]
            do { classes = try tensor.integers() } catch { throw .unreadable(file: url.path, reason: "\(error)") }
            if let index = classes.firstIndex(where: { $0 < 0 || $0 > largestClass }) {
                throw .malformed(
                    file: url.path, problem: "target \(index) is \(classes[index])", accepted: "class indices from 0 to \(largestClass)")
            }
            return .classes(classes)
        }
    }

    /// A class index above this is taken for a mistake (real targets stored as integers, say): the output layer would need as many nodes.
    private static let largestClass = 65_535

    private static func read(_ url: URL) throws(DatasetError) -> TensorRecord {
        do { return try NPY.read(url) } catch { throw .unreadable(file: url.path, reason: "\(error)") }
    }

    /// All values, which must be finite.
    private static func realValues(_ tensor: TensorRecord, _ url: URL) throws(DatasetError) -> [Double] {
        let values: [Double]
        do { values = try tensor.values(as: Double.self) } catch { throw .unreadable(file: url.path, reason: "\(error)") }
        if let index = values.firstIndex(where: { !$0.isFinite }) {
            throw .malformed(file: url.path, problem: "element \(index) is \(values[index])", accepted: "finite numbers")
        }
        return values
    }

    private static func pair(_ first: URL?, _ second: URL?, keys: (String, String)) throws(DatasetError) -> (URL, URL)? {
        switch (first, second) {
        case (nil, nil): return nil
        case (let first?, let second?): return (first, second)
        case (_?, nil): throw .invalidValue(key: keys.1, value: "nothing", accepted: "a file, since \(keys.0) is given")
        case (nil, _?): throw .invalidValue(key: keys.0, value: "nothing", accepted: "a file, since \(keys.1) is given")
        }
    }

    private static func requireSameShape(_ shape: [Int], _ url: URL, _ testShape: [Int], _ testURL: URL?) throws(DatasetError) {
        guard shape == testShape else {
            throw .shapeMismatch(first: url.path, second: testURL?.path ?? "", problem: "samples of shape \(shape) and \(testShape)")
        }
    }

    private static func classCount(_ parts: [Samples?]) -> Int? {
        let largest = parts.compactMap { part -> Int? in
            guard case .classes(let classes)? = part?.targets else { return nil }
            return classes.max()
        }.max()
        return largest.map { $0 + 1 }
    }
}

extension Dataset {
    /// The samples of an NPY file [samples, features, …], values as they are, without targets worth the name: each sample is of class 0.
    public static func unlabelled(npy url: URL) throws(DatasetError) -> Dataset {
        let (values, count, shape) = try ArrayFiles.inputs(url)
        let samples = Samples(values: values, featureCount: shape.reduce(1, *), targets: .classes(Array(repeating: 0, count: count)))
        return Dataset(name: url.relativePath, training: samples, inputShape: shape, classCount: nil, inputBox: InputBox(covering: [samples]))
    }
}
