// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Networks

/// How `network`, `loss` and `freeze` are written in a configuration.
enum ConfigurationNetwork {
    static let activations = [
        "relu", "leakyRelu", "elu", "selu", "gelu", "silu", "softplus", "tanh", "sigmoid", "identity",
    ]
    static let layers = ["dense", "batchNorm"] + activations
    static let losses: [(word: String, value: Loss)] = [
        ("crossEntropy", .crossEntropy), ("meanSquaredError", .meanSquaredError), ("linear", .linear),
    ]
    /// Matrix sizes are 32-bit in OpenBLAS.
    private static let widths = 1...Int(Int32.max)

    /// A list of layers from input to output, each a word (`relu`) or a map of one key (`{dense: 64}`).
    static func network(_ reader: ConfigurationReader) -> [LayerSpecification] {
        let accepted = "a list of layers, such as [{dense: 64}, relu, {dense: 10}]"
        guard let elements = reader.elements(accepted: accepted) else { return [] }
        if elements.isEmpty { reader.refuse(reader.summary, accepted: accepted) }
        return elements.map { layer($0) ?? .activation(.identity) }
    }

    private static func layer(_ reader: ConfigurationReader) -> LayerSpecification? {
        guard let (word, options) = reader.variant(of: layers) else { return nil }
        switch word {
        case "dense":
            guard let options else {
                reader.refuse("found dense without its width", accepted: "{dense: 64} or {dense: {units: 64, bias: false}}")
                return nil
            }
            if case .scalar = options.node.content { return options.integer(widths).map { .dense(units: $0) } }
            guard let fields = options.fields(["units", "bias"]) else { return nil }
            let units = fields.required("units", accepted: "a whole number ≥ 1")?.integer(widths) ?? 1
            return .dense(units: units, bias: fields.truth("bias", default: true))
        case "batchNorm":
            guard let fields = options?.fields(["epsilon", "momentum"]) else { return .batchNorm() }
            return .batchNorm(
                epsilon: fields.number("epsilon", .positive, default: 1e-5),
                momentum: fields.number("momentum", .unitInterval, default: 0.1))
        default:
            return .activation(activation(word, options))
        }
    }

    private static func activation(_ word: String, _ options: ConfigurationReader?) -> Activation {
        func fields(_ keys: String...) -> ConfigurationFields? { options?.fields(keys) }
        switch word {
        case "relu":
            return .relu(derivativeAtZero: fields("derivativeAtZero")?.number("derivativeAtZero", .unitInterval, default: 0) ?? 0)
        case "leakyRelu": return .leakyReLU(slope: fields("slope")?.number("slope", default: 0.01) ?? 0.01)
        case "elu": return .elu(alpha: fields("alpha")?.number("alpha", default: 1) ?? 1)
        case "gelu":
            let tanh = fields("approximation")?.choice("approximation", [("none", false), ("tanh", true)], default: false)
            return .gelu(tanhApproximation: tanh ?? false)
        case "softplus":
            guard let fields = fields("beta", "threshold") else { return .softplus() }
            return .softplus(
                beta: fields.number("beta", .positive, default: 1), threshold: fields.number("threshold", default: 20))
        default:
            _ = fields()
            switch word {
            case "selu": return .selu
            case "silu": return .silu
            case "tanh": return .tanh
            case "sigmoid": return .sigmoid
            default: return .identity
            }
        }
    }

    /// Notes what of a network can't be trained: no dense layer, an end that the loss or the data don't take.
    static func check(_ network: [LayerSpecification], reader: ConfigurationReader, loss: Loss, data: DataSource?) {
        guard let last = network.last else { return }
        guard case .dense(let outputs, _)? = network.last(where: \.isDense) else {
            reader.refuse("the network has no dense layer", accepted: "at least one {dense: …}")
            return
        }
        if loss == .crossEntropy, !last.isDense {
            reader.refuse(
                "the network ends in \(last.word), but crossEntropy takes logits",
                accepted: "a dense layer at the end, or the loss meanSquaredError or linear")
        }
        if loss == .crossEntropy, let classes = data?.knownClassCount, outputs < classes {
            reader.refuse(
                "the network has \(outputs) outputs, but the data has \(classes) classes", accepted: "{dense: \(classes)} at the end")
        }
        if let width = data?.knownTargetWidth, outputs != width {
            reader.refuse(
                "the network has \(outputs) outputs, but the data's targets have \(width)",
                accepted: "{dense: \(width)} as last dense layer")
        }
    }

    /// Names of the parameters of a network, as in PyTorch's `nn.Sequential`: `0.weight`, `0.bias`, `1.weight`, ….
    static func parameterNames(of network: [LayerSpecification]) -> [String] {
        network.enumerated().flatMap { index, layer -> [String] in
            switch layer {
            case .dense(_, let bias): bias ? ["\(index).weight", "\(index).bias"] : ["\(index).weight"]
            case .batchNorm: ["\(index).weight", "\(index).bias"]
            case .activation: []
            }
        }
    }

    /// A list of names of parameters of the network, none of them twice.
    static func freeze(_ reader: ConfigurationReader, network: [LayerSpecification]) -> [String] {
        let known = parameterNames(of: network)
        let accepted = "names of this network's parameters: \(known.joined(separator: ", "))"
        guard let elements = reader.elements(accepted: "a list of " + accepted) else { return [] }
        var names: [String] = []
        for element in elements {
            guard let name = element.text(accepted: accepted) else { continue }
            if !known.contains(name) {
                element.refuse(element.summary + ConfigurationSpelling.suggestion(for: name, among: known), accepted: accepted)
            } else if names.contains(name) {
                element.refuse("found \(name) twice", accepted: "each name once")
            }
            names.append(name)
        }
        return names
    }
}

extension LayerSpecification {
    var isDense: Bool {
        if case .dense = self { true } else { false }
    }

    var isBatchNorm: Bool {
        if case .batchNorm = self { true } else { false }
    }

    /// The layer's word in a configuration.
    var word: String {
        switch self {
        case .dense: "dense"
        case .batchNorm: "batchNorm"
        case .activation(let activation): activation.word
        }
    }
}

extension Activation {
    /// The activation's word in a configuration.
    var word: String {
        switch self {
        case .relu: "relu"
        case .leakyReLU: "leakyRelu"
        case .elu: "elu"
        case .selu: "selu"
        case .gelu: "gelu"
        case .silu: "silu"
        case .softplus: "softplus"
        case .tanh: "tanh"
        case .sigmoid: "sigmoid"
        case .identity: "identity"
        }
    }
}
