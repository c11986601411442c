// SPDX-License-Identifier: GPL-3.0-or-later

/// A layer that maps each feature by itself: batch normalisation in evaluation mode, or an activation.
///
/// In a convolutional network the same holds channel by channel.
protocol ElementwiseLayer: Sendable {
    /// Place in the network, as in PyTorch's `nn.Sequential`.
    var index: Int { get }
    var parameterCount: Int { get }
    /// Multiply–adds for one sample; an activation has none.
    var multiplyAdds: Int { get }

    /// What a feature becomes that always has this value.
    func image(of value: Double, feature: Int) -> Double
    /// Bounds of what a feature becomes that lies in `range`.
    func range(of range: ValueInterval, feature: Int) -> ValueInterval
    /// The most by which the result changes when a value in `range` changes by `change`, rounded up.
    func change(of change: Double, in range: ValueInterval, feature: Int) -> Double
    /// The most by which a network's own arithmetic errs, for values in `range` that come with an error; infinite if that is not known.
    func error(of error: Double, in range: ValueInterval, feature: Int, precision: NetworkPrecision) -> Double
    /// What the network's own arithmetic can put out, whatever it takes in.
    func outputs(feature: Int) -> ValueInterval
    /// The layer with these features only.
    func selecting(features: [Int]) -> any ElementwiseLayer
}

extension ElementwiseLayer {
    var parameterCount: Int { 0 }
    var multiplyAdds: Int { 0 }
    func outputs(feature: Int) -> ValueInterval { .everything }
    func selecting(features: [Int]) -> any ElementwiseLayer { self }
}
