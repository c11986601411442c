// SPDX-License-Identifier: GPL-3.0-or-later
import Networks
import Probes

/// What is measured during a run, and when.
public struct ProbeConfiguration: Sendable, Equatable {
    /// `probe: none`: no samples, no ledger, no observations. The other fields then have no effect.
    public var isOff: Bool
    /// At which steps nodes are sampled.
    public var cadence: Cadence
    /// Thresholds ξ under which a node's norm counts as zero; each in [1e-150, ∞), so that its square is a normal double.
    public var thresholds: [Double]
    /// Orders of the quantiles over a node's weights, ascending, in [0, 1].
    public var quantiles: [Double]
    /// Nodes or weights that are observed in full at every step.
    public var observed: [NodeReference]

    /// Every tenth step.
    public static let defaultCadence = Cadence(every: 10)
    public static let defaultThresholds = [1e-15, 1e-8, 1e-5]
    public static let defaultQuantiles = [0, 0.25, 0.5, 0.75, 1]
    /// `probe: none`.
    public static let off = ProbeConfiguration(isOff: true)

    public init(
        isOff: Bool = false, cadence: Cadence = defaultCadence, thresholds: [Double] = defaultThresholds,
        quantiles: [Double] = defaultQuantiles, observed: [NodeReference] = []
    ) {
        self.isOff = isOff
        self.cadence = cadence
        self.thresholds = thresholds
        self.quantiles = quantiles
        self.observed = observed
    }
}

extension ProbeConfiguration {
    /// Smallest threshold: its square, 1e-300, is still a normal double.
    private static let threshold = ConfigurationRange(accepted: "a number ≥ 1e-150") { $0 >= 1e-150 }

    /// `none`, or a map; a map without `every`, `logarithmic` and `windows` means `every: 10`.
    init(_ reader: ConfigurationReader, network: [LayerSpecification]) {
        self.init()
        if case .scalar(let text, _) = reader.node.content, !text.isEmpty {
            if text == "none" { self = .off } else { reader.refuse(reader.summary, accepted: "none, or a map such as {every: 10}") }
            return
        }
        guard let fields = reader.fields(["every", "logarithmic", "windows", "thresholds", "quantiles", "observe"]) else { return }
        if fields["every"] != nil || fields["logarithmic"] != nil || fields["windows"] != nil {
            cadence = Cadence(
                every: fields["every"].flatMap { $0.integer(1...Int.max) },
                samplesPerDecade: fields["logarithmic"].flatMap { $0.integer(1...1000) },
                windows: fields["windows"].map(Self.windows) ?? [])
        }
        if let reader = fields["thresholds"] { thresholds = Self.numbers(reader, each: Self.threshold) }
        if let reader = fields["quantiles"] {
            quantiles = Self.numbers(reader, each: .unitInterval)
            // Samples are filed under a level's name, which has four places of a percent.
            if Set(quantiles.map { QuantileLevel($0).name }).count < quantiles.count {
                reader.refuse("two quantiles are nearer than a millionth", accepted: "quantiles that differ by 1e-6 or more")
            }
            if quantiles != quantiles.sorted() { reader.refuse("the quantiles don't rise", accepted: "rising numbers in [0, 1]") }
        }
        if let reader = fields["observe"] { observed = Self.nodes(reader, network: network) }
    }

    private static func windows(_ reader: ConfigurationReader) -> [ClosedRange<Int>] {
        let accepted = "a list of windows of steps, such as [[0, 100], [5000, 5100]]"
        return (reader.elements(accepted: accepted) ?? []).compactMap { element in
            guard let ends = element.elements(accepted: "[from, to]") else { return nil }
            let steps = ends.compactMap { $0.integer(0...Int.max) }
            guard steps.count == ends.count else { return nil }
            guard steps.count == 2, steps[0] <= steps[1] else {
                element.refuse("found \(steps)", accepted: "[from, to] with from ≤ to")
                return nil
            }
            return steps[0]...steps[1]
        }
    }

    private static func numbers(_ reader: ConfigurationReader, each range: ConfigurationRange) -> [Double] {
        let accepted = "a list, each entry \(range.accepted)"
        guard let elements = reader.elements(accepted: accepted) else { return [] }
        let numbers = elements.compactMap { $0.number(range) }
        if elements.isEmpty { reader.refuse(reader.summary, accepted: accepted) }
        if Set(numbers).count < numbers.count { reader.refuse("a number stands in the list twice", accepted: "each number once") }
        return numbers
    }

    private static func nodes(_ reader: ConfigurationReader, network: [LayerSpecification]) -> [NodeReference] {
        let hidden = LayerSpecification.hiddenLayers(in: network)
        let accepted =
            hidden.isEmpty
            ? "no nodes: this network has no hidden layer"
            : "layer/node or layer/node/input, layer a dense layer with an activation behind it (\(hidden.map(String.init).joined(separator: ", "))), node a row from 0"
        var nodes: [NodeReference] = []
        for element in reader.elements(accepted: "a list such as [0/3, 0/17]") ?? [] {
            guard let text = element.text(accepted: accepted) else { continue }
            let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
            guard (2...3).contains(parts.count), let layer = parts[0], let node = parts[1], hidden.contains(layer),
                case .dense(let units, _) = network[layer], (0..<units).contains(node), parts.count == 2 || (parts[2] ?? -1) >= 0
            else {
                element.refuse(element.summary, accepted: accepted)
                continue
            }
            let observed = NodeReference(layer: String(layer), node: node, input: parts.count == 3 ? parts[2] : nil)
            if nodes.contains(observed) { element.refuse("found \(text) twice", accepted: "each node once") }
            nodes.append(observed)
        }
        return nodes
    }
}
