// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Foundation
import Networks
import Optimizers

extension RunConfiguration {
    /// The keys of a configuration, in the order in which it is written.
    static let keys = [
        "seed", "precision", "data", "network", "initial", "freeze", "loss", "optimizer", "l2", "sparsity", "schedule", "batch", "epochs",
        "steps", "order", "probe", "threads", "flushToZero", "compaction",
    ]
    /// No configuration is larger; a file that is must be something else.
    private static let sizeLimit = 1 << 20

    /// Reads a configuration from a YAML (or JSON) file. Relative paths in it, and in overrides, are relative to its folder.
    ///
    /// - Parameter overrides: changes as of `--set`, `key=value` with a dotted key and a YAML value, made in order: `l2=0.001`,
    ///   `optimizer.adam.beta2=0.99`, `network.0.dense=128`, `optimizer={sgd: {momentum: 0.9}}`. Setting `steps` replaces `epochs` and the
    ///   other way round.
    /// - Throws: ``ConfigurationError`` with all that is wrong.
    public static func load(url: URL, overrides: [String] = []) throws(ConfigurationError) -> RunConfiguration {
        try parse(yaml: try text(of: url), name: url.relativePath, folder: url.deletingLastPathComponent(), overrides: overrides)
    }

    /// What a file of a configuration, or of a sweep, holds.
    /// - Throws: ``ConfigurationError`` for one that is missing, no regular file, larger than ``sizeLimit``, unreadable or no UTF-8.
    static func text(
        of url: URL, accepted: String = "a YAML file, such as 'adamprobe init' writes, or a name that 'adamprobe experiments' lists"
    ) throws(ConfigurationError) -> String {
        let name = url.relativePath
        func refuse(_ found: String) -> ConfigurationError {
            .init(problems: [.init(file: name, place: .file, path: "", found: found, accepted: accepted)])
        }
        let data: Data
        do {
            let values = try url.resourceValues(forKeys: [.isRegularFileKey, .fileSizeKey])
            if values.isRegularFile == false { throw refuse("this is no regular file") }
            if let size = values.fileSize, size > sizeLimit { throw refuse("the file is larger than \(sizeLimit) bytes") }
            data = try Data(contentsOf: url)
        } catch let error as ConfigurationError {
            throw error
        } catch {
            let exists = FileManager.default.fileExists(atPath: url.path)
            throw refuse(exists ? "the file can't be read" : "there is no such file")
        }
        guard let yaml = String(data: data, encoding: .utf8) else { throw refuse("the file is no UTF-8 text") }
        return yaml
    }

    /// Reads a configuration from YAML (or JSON) text.
    ///
    /// - Parameters:
    ///   - name: what error messages call the text.
    ///   - folder: what relative paths are relative to; the current folder if not given.
    ///   - overrides: as for ``load(url:overrides:)``.
    /// - Throws: ``ConfigurationError`` with all that is wrong.
    public static func parse(
        yaml: String, name: String = "configuration", folder: URL? = nil, overrides: [String] = []
    ) throws(ConfigurationError) -> RunConfiguration {
        var root = try ConfigurationNode.read(yaml: yaml, file: name)
        for override in overrides { root = try ConfigurationOverride(override, file: name).applied(to: root, file: name) }
        return try read(root, name: name, folder: folder ?? URL(fileURLWithPath: FileManager.default.currentDirectoryPath, isDirectory: true))
    }

    /// Gives types to a configuration that was read already.
    ///
    /// - Parameter name: the file that its places without one are in.
    /// - Throws: ``ConfigurationError`` with all that is wrong.
    static func read(_ root: ConfigurationNode, name: String, folder: URL) throws(ConfigurationError) -> RunConfiguration {
        let problems = ConfigurationProblems(file: name)
        let configuration = read(.init(node: root, path: "", problems: problems), folder: folder)
        try problems.throwIfAny()
        guard let configuration else { preconditionFailure("a configuration was refused without a reason") }
        return configuration
    }

    /// Nil only after a problem was noted; a value may be returned beside noted problems.
    private static func read(_ reader: ConfigurationReader, folder: URL) -> RunConfiguration? {
        guard let fields = reader.fields(keys) else { return nil }
        let data = fields.required("data", accepted: ConfigurationData.words.joined(separator: ", "))
            .flatMap { ConfigurationData.source($0, folder: folder) }
        let networkReader = fields.required("network", accepted: "a list of layers, such as [{dense: 64}, relu, {dense: 10}]")
        let network = networkReader.map(ConfigurationNetwork.network) ?? []
        let rule = fields.required("optimizer", accepted: ConfigurationOptimizer.words.joined(separator: ", "))
            .flatMap(ConfigurationOptimizer.rule)
        let loss = fields.choice("loss", ConfigurationNetwork.losses, default: .crossEntropy)
        if loss == .crossEntropy, data?.knownTargetWidth != nil {
            (fields["loss"] ?? reader).refuse(
                "crossEntropy needs classes, but the data has real targets", accepted: "loss: meanSquaredError or linear")
        }
        if loss != .crossEntropy, data?.hasClasses == true {
            (fields["loss"] ?? reader).refuse("\(loss) needs real targets, but the data has classes", accepted: "crossEntropy")
        }
        if let networkReader { ConfigurationNetwork.check(network, reader: networkReader, loss: loss, data: data) }

        let batch = fields.integer("batch", 1...Int(Int32.max), default: 64)
        if batch == 1, network.contains(where: \.isBatchNorm) {
            fields["batch"]?.refuse("found 1, but the network has batchNorm", accepted: "2 or more, or a network without batchNorm")
        }
        let epochs = fields["epochs"].map { $0.integer(0...Int.max) ?? 0 }
        let steps = fields["steps"].map { $0.integer(0...Int.max) ?? 0 }
        if epochs != nil, steps != nil { fields["steps"]?.refuse("both epochs and steps are given", accepted: "one of them") }
        if epochs == nil, steps == nil { reader.refuse("neither epochs nor steps is given", accepted: "epochs: 100 or steps: 10000") }

        let initial = fields["initial"].flatMap { initialState($0, folder: folder) } ?? .drawn(.heNormal)
        let seed = fields["seed"].flatMap { $0.seed() } ?? 0
        let precision = fields.choice("precision", Precision.allCases.map { ($0.rawValue, $0) }, default: .float64)
        let freeze = fields["freeze"].map { ConfigurationNetwork.freeze($0, network: network) } ?? []
        let l2 = fields["l2"].map(ConfigurationOptimizer.l2) ?? .none
        let sparsity = fields["sparsity"].flatMap(ConfigurationSparsity.penalty)
        if sparsity != nil, let networkReader, LayerSpecification.hiddenLayers(in: network).isEmpty {
            networkReader.refuse("there is no hidden layer to penalise", accepted: "sparsity: none, or a hidden layer")
        }
        let schedule = fields["schedule"].map(ConfigurationOptimizer.schedule) ?? .constant
        let order = fields["order"].flatMap { sampleOrder($0, folder: folder) } ?? .shuffled
        let probe = fields["probe"].map { ProbeConfiguration($0, network: network) } ?? ProbeConfiguration()
        let threads = fields.integer("threads", 1...1024, default: 1)
        let flushToZero = fields.truth("flushToZero", default: false)
        let compaction = fields.truth("compaction", default: false)
        guard let data, let rule else { return nil }
        return RunConfiguration(
            seed: seed, precision: precision, data: data, network: network, initial: initial, freeze: freeze, loss: loss, optimizer: rule,
            l2: l2, sparsity: sparsity, schedule: schedule, batch: batch, length: epochs.map(RunLength.epochs) ?? .steps(steps ?? 0), order: order,
            probe: probe, threads: threads, flushToZero: flushToZero, compaction: compaction)
    }

    /// The word of a distribution, a `.safetensors` path, or a map of paths.
    private static func initialState(_ reader: ConfigurationReader, folder: URL) -> InitialState? {
        let words = Initialization.allCases.map(\.rawValue)
        let file = "the path of a .safetensors file"
        if case .mapping = reader.node.content {
            guard let fields = reader.fields(["model", "optimizer"]) else { return nil }
            let model = fields.required("model", accepted: file)?.path(accepted: file, folder: folder)
            let optimizer = fields["optimizer"]?.path(accepted: file, folder: folder)
            return model.map { .planted(model: $0, optimizer: optimizer) }
        }
        let accepted = "\(words.joined(separator: ", ")), \(file), or {model: …, optimizer: …}"
        guard let text = reader.text(accepted: accepted) else { return nil }
        if let drawn = Initialization(rawValue: text) { return .drawn(drawn) }
        if text.hasSuffix(".safetensors") { return reader.path(accepted: file, folder: folder).map { .planted(model: $0) } }
        reader.refuse(reader.summary + ConfigurationSpelling.suggestion(for: text, among: words), accepted: accepted)
        return nil
    }

    /// A word or a `.npy` path.
    private static func sampleOrder(_ reader: ConfigurationReader, folder: URL) -> SampleOrder? {
        let accepted = "shuffled, sequential, or the path of a .npy file"
        guard let text = reader.text(accepted: accepted) else { return nil }
        if text == "shuffled" { return .shuffled }
        if text == "sequential" { return .sequential }
        if text.hasSuffix(".npy") { return reader.path(accepted: accepted, folder: folder).map { .file($0) } }
        reader.refuse(reader.summary + ConfigurationSpelling.suggestion(for: text, among: ["shuffled", "sequential"]), accepted: accepted)
        return nil
    }
}
