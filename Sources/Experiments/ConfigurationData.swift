// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Foundation

/// How `data` is written in a configuration: a word (`digits`), `{source: digits}`, or, for sources with options,
/// `{source: npy, npy: {inputs: x.npy, targets: y.npy}}`, shorter `{npy: {…}}` or `{source: npy, inputs: x.npy, …}`.
enum ConfigurationData {
    static let words = ["digits", "mnist", "fashion-mnist", "cifar10", "idx", "npy", "teacher", "planted"]
    private static let accepted = words.joined(separator: ", ")
    private static let counts = 1...Int(Int32.max)

    /// - Parameter folder: what relative paths are relative to.
    static func source(_ reader: ConfigurationReader, folder: URL) -> DataSource? {
        guard let (word, options) = form(of: reader) else { return nil }
        switch word {
        case "digits", "mnist", "fashion-mnist", "cifar10":
            if options.fields([]) == nil { return nil }
            return ["digits": .digits, "mnist": .mnist, "fashion-mnist": .fashionMNIST][word] ?? .cifar10
        case "idx":
            guard let files = files(options, ["trainImages", "trainLabels"], ["testImages", "testLabels"], "an IDX file", folder) else {
                return nil
            }
            return .idx(trainImages: files[0]!, trainLabels: files[1]!, testImages: files[2], testLabels: files[3])
        case "npy":
            guard let files = files(options, ["inputs", "targets"], ["testInputs", "testTargets"], "a .npy file", folder) else {
                return nil
            }
            return .npy(inputs: files[0]!, targets: files[1]!, testInputs: files[2], testTargets: files[3])
        case "teacher": return teacher(options)
        default: return planted(options)
        }
    }

    /// The source's word and its options, from any of the forms.
    private static func form(of reader: ConfigurationReader) -> (word: String, options: ConfigurationReader)? {
        func options(_ entries: [ConfigurationNode.Entry]) -> ConfigurationReader {
            .init(node: .init(content: .mapping(entries), place: reader.node.place), path: reader.path, problems: reader.problems)
        }
        guard case .mapping(let entries) = reader.node.content, let source = entries.first(where: { $0.key == "source" }) else {
            guard let (word, given) = reader.variant(of: words) else { return nil }
            return (word, given ?? options([]))
        }
        let sourceReader = ConfigurationReader(node: source.value, path: reader.child("source"), problems: reader.problems)
        guard let word = sourceReader.choice(words.map { ($0, $0) }) else { return nil }
        let rest = entries.filter { $0.key != "source" }
        if rest.count == 1, rest[0].key == word {
            return (word, .init(node: rest[0].value, path: reader.child(word), problems: reader.problems))
        }
        return (word, options(rest))
    }

    /// Paths of required and optional files, in order; the optional ones come together or not at all.
    private static func files(
        _ reader: ConfigurationReader, _ required: [String], _ optional: [String], _ accepted: String, _ folder: URL
    ) -> [URL?]? {
        guard let fields = reader.fields(required + optional) else { return nil }
        let accepted = "the path of \(accepted)"
        let given = optional.filter { fields[$0] != nil }
        let wanted = required + (given.isEmpty ? [] : optional)
        let paths = wanted.map { fields.required($0, accepted: accepted)?.path(accepted: accepted, folder: folder) }
        guard paths.allSatisfy({ $0 != nil }) else { return nil }
        return paths + Array(repeating: nil, count: required.count + optional.count - paths.count)
    }

    private static func teacher(_ reader: ConfigurationReader) -> DataSource? {
        guard let fields = reader.fields(["inputs", "hidden", "outputs", "samples", "testSamples", "noise", "bias"]) else { return nil }
        var teacher = TeacherSpecification()
        teacher.inputs = fields.integer("inputs", counts, default: teacher.inputs)
        teacher.hidden = fields.integer("hidden", counts, default: teacher.hidden)
        teacher.outputs = fields.integer("outputs", counts, default: teacher.outputs)
        teacher.samples = fields.integer("samples", counts, default: teacher.samples)
        teacher.testSamples = fields.integer("testSamples", 0...counts.upperBound, default: teacher.testSamples)
        fields.read("noise", .nonNegative, into: &teacher.noise)
        fields.read("bias", .nonNegative, into: &teacher.bias)
        return .teacher(teacher)
    }

    private static func planted(_ reader: ConfigurationReader) -> DataSource? {
        guard let fields = reader.fields(["features", "samples", "inputs", "target", "burst", "noise"]) else { return nil }
        var planted = PlantedSpecification()
        planted.features = fields.integer("features", counts, default: planted.features)
        planted.samples = fields.integer("samples", counts, default: planted.samples)
        if let inputs = fields["inputs"].flatMap(inputs) { planted.inputs = inputs }
        fields.read("target", .finite, into: &planted.target)
        fields.read("noise", .nonNegative, into: &planted.noise)
        if let burst = fields["burst"]?.fields(["every", "target"]) {
            let every = burst.required("every", accepted: "a whole number ≥ 1")?.integer(counts)
            let target = burst.required("target", accepted: "a finite number")?.number()
            if let every, let target { planted.burst = .init(every: every, target: target) }
            if let every, planted.samples % every != 0 {
                burst["every"]?.refuse("found \(every)", accepted: "a divisor of samples, \(planted.samples)")
            }
        }
        return .planted(planted)
    }

    /// A number for constant inputs, or `{uniform: [lower, upper]}`.
    private static func inputs(_ reader: ConfigurationReader) -> PlantedSpecification.Inputs? {
        let accepted = "a finite number, or {uniform: [lower, upper]} with lower < upper"
        guard case .mapping = reader.node.content else { return reader.number().map { .constant($0) } }
        let uniform = reader.fields(["uniform"])?.required("uniform", accepted: accepted)
        guard let uniform, let elements = uniform.elements(accepted: "[lower, upper]") else { return nil }
        let ends = elements.compactMap { $0.number() }
        if ends.count == 2, ends[0] < ends[1], (ends[1] - ends[0]).isFinite { return .uniform(lower: ends[0], upper: ends[1]) }
        if ends.count == elements.count { uniform.refuse("found \(ends)", accepted: "[lower, upper] with lower < upper") }
        return nil
    }
}

extension DataSource {
    /// Number of classes, where it is known before loading.
    var knownClassCount: Int? {
        switch self {
        case .digits, .mnist, .fashionMNIST, .cifar10: 10
        case .idx, .npy, .teacher, .planted: nil
        }
    }

    /// Whether the targets are known to be classes before loading.
    var hasClasses: Bool {
        switch self {
        case .digits, .mnist, .fashionMNIST, .cifar10, .idx: true
        case .npy, .teacher, .planted: false
        }
    }

    /// Width of real targets, where it is known before loading.
    var knownTargetWidth: Int? {
        switch self {
        case .teacher(let teacher): teacher.outputs
        case .planted: 1
        case .digits, .mnist, .fashionMNIST, .cifar10, .idx, .npy: nil
        }
    }
}

extension ConfigurationReader {
    /// The path of a file, absolute; a relative one is relative to `folder`.
    func path(accepted: String, folder: URL) -> URL? {
        text(accepted: accepted).map { URL(fileURLWithPath: $0, relativeTo: folder).standardizedFileURL.absoluteURL }
    }
}
