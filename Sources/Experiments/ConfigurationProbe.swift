// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Networks

/// At which steps the probes take a sample. The first and the last step always count, whatever is chosen.
public struct ProbeCadence: Sendable, Equatable {
    /// Every so many steps; nil for none of this kind.
    public var every: Int?
    /// At steps 1, 10^(1/n), 10^(2/n), … rounded, n being the samples per decade; nil for none of this kind.
    public var samplesPerDecade: Int?
    /// Every step from the first to the last of each window, both included.
    public var windows: [ClosedRange<Int>]

    public init(every: Int? = 10, samplesPerDecade: Int? = nil, windows: [ClosedRange<Int>] = []) {
        self.every = every
        self.samplesPerDecade = samplesPerDecade
        self.windows = windows
    }

    /// Whether a sample is due at a step, 0 being the state before training and `last` the run's last step.
    public func includes(step: Int, last: Int) -> Bool {
        if step == 0 || step == last { return true }
        if let every, step.isMultiple(of: every) { return true }
        if windows.contains(where: { $0.contains(step) }) { return true }
        guard let samplesPerDecade else { return false }
        let density = Double(samplesPerDecade)
        let nearest = (density * log10(Double(step))).rounded()
        return [nearest - 1, nearest, nearest + 1].contains { pow(10, $0 / density).rounded() == Double(step) }
    }
}

/// A node whose full observation is kept at every step: `0/3` is row 3 of the dense module `0`.
public struct ObservedNode: Sendable, Hashable {
    /// Index of the dense layer in the network's list, as in `nn.Sequential`.
    public var layer: Int
    /// Row of its weights, from 0.
    public var node: Int

    public init(layer: Int, node: Int) {
        self.layer = layer
        self.node = node
    }
}

/// What is measured during a run, and when.
public struct ProbeConfiguration: Sendable, Equatable {
    /// `probe: none`: no samples, no ledger, no observations. The other fields then have no effect.
    public var isOff: Bool
    public var cadence: ProbeCadence
    /// Thresholds ξ under which a node's norm counts as zero; each in [1e-150, ∞), so that its square is a normal double.
    public var thresholds: [Double]
    /// Orders of the quantiles over a node's weights, ascending, in [0, 1].
    public var quantiles: [Double]
    /// Nodes that are observed in full at every step.
    public var observed: [ObservedNode]

    public static let defaultThresholds = [1e-15, 1e-8, 1e-5]
    public static let defaultQuantiles = [0, 0.25, 0.5, 0.75, 1]
    /// `probe: none`.
    public static let off = ProbeConfiguration(isOff: true)

    public init(
        isOff: Bool = false, cadence: ProbeCadence = ProbeCadence(), thresholds: [Double] = defaultThresholds,
        quantiles: [Double] = defaultQuantiles, observed: [ObservedNode] = []
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
            cadence = ProbeCadence(
                every: fields["every"].flatMap { $0.integer(1...Int.max) },
                samplesPerDecade: fields["logarithmic"].flatMap { $0.integer(1...1000) },
                windows: fields["windows"].map(Self.windows) ?? [])
        }
        if let reader = fields["thresholds"] { thresholds = Self.numbers(reader, each: Self.threshold) }
        if let reader = fields["quantiles"] {
            quantiles = Self.numbers(reader, each: .unitInterval)
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

    private static func nodes(_ reader: ConfigurationReader, network: [LayerSpecification]) -> [ObservedNode] {
        let dense = network.indices.filter { network[$0].isDense }
        let hidden = dense.dropLast()
        let accepted =
            hidden.isEmpty
            ? "no nodes: this network has no hidden layer"
            : "layer/node, layer a hidden dense layer (\(hidden.map(String.init).joined(separator: ", "))), node a row from 0"
        var nodes: [ObservedNode] = []
        for element in reader.elements(accepted: "a list such as [0/3, 0/17]") ?? [] {
            guard let text = element.text(accepted: accepted) else { continue }
            let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
            guard parts.count == 2, let layer = parts[0], let node = parts[1], hidden.contains(layer),
                case .dense(let units, _) = network[layer], (0..<units).contains(node)
            else {
                element.refuse(element.summary, accepted: accepted)
                continue
            }
            let observed = ObservedNode(layer: layer, node: node)
            if nodes.contains(observed) { element.refuse("found \(text) twice", accepted: "each node once") }
            nodes.append(observed)
        }
        return nodes
    }
}
