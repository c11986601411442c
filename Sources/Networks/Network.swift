// SPDX-License-Identifier: GPL-3.0-or-later
import Statistics

/// A sequential network with its planned buffers: layers, the activations and gradients between them, and the parameters by name.
///
/// Layer i is module `i` of the `nn.Sequential` that PyTorch would build, and parameters and buffers are named accordingly.
public final class Network<Scalar: NetworkScalar> {
    public let specification: [LayerSpecification]
    /// Shape of one input sample as the network sees it: flat, since its first layer is dense.
    public let inputCount: Int
    public let outputCount: Int
    /// Most samples that a pass can hold.
    public let capacity: Int
    public let layers: [any Layer<Scalar>]
    /// Every parameter, in the order of the layers.
    public let parameters: [Parameter<Scalar>]
    /// `activations[0]` is the input batch [capacity, inputs], `activations[i + 1]` the output of layer i.
    public let activations: [Tensor<Scalar>]
    /// `gradients[i + 1]` is ∂loss/∂(output of layer i); `gradients[0]` is not computed.
    public let gradients: [Tensor<Scalar>]
    /// Smallest batch that a training pass can work on: 2 with batch normalisation, else 1.
    public let smallestTrainingBatch: Int
    /// The threads that the layers' products are shared out over.
    public let product: MatrixProduct
    /// The hidden layers, from the input on.
    public let hiddenLayers: [HiddenLayer<Scalar>]

    /// A network with every weight 0, biases 0, γ 1 and β 0.
    /// - Throws: ``NetworkError`` if a layer has no place where it stands.
    public convenience init(_ specification: [LayerSpecification], inputCount: Int, capacity: Int, threads: Int = 1) throws {
        try self.init(specification, inputCount: inputCount, capacity: capacity, product: MatrixProduct(threads: threads), sharing: nil)
    }

    /// A network with other numbers of nodes in some dense layers, which passes batches beside this one: a layer, activation or gradient
    /// that has the same shape in both is the same object in both, as input and output always are. What is not shared starts as a new
    /// network's does.
    ///
    /// - Parameter units: the number of nodes of dense layer i, where it is another.
    /// - Precondition: the last dense layer keeps its nodes.
    /// - Throws: ``NetworkError/emptyLayer(index:)`` for a layer without nodes.
    public func resized(units: [Int: Int]) throws -> Network {
        let specification = specification.enumerated().map { index, entry in
            if let count = units[index], case .dense(_, let bias) = entry { LayerSpecification.dense(units: count, bias: bias) } else { entry }
        }
        let network = try Network(specification, inputCount: inputCount, capacity: capacity, product: product, sharing: self)
        precondition(network.output === output, "the output layer keeps its nodes")
        return network
    }

    private init(
        _ specification: [LayerSpecification], inputCount: Int, capacity: Int, product: MatrixProduct, sharing other: Network?
    ) throws {
        var layers: [any Layer<Scalar>] = []
        var width = inputCount
        for (index, entry) in specification.enumerated() {
            var units = width
            if case .dense(let count, _) = entry { units = count }
            guard units >= 1 else { throw NetworkError.emptyLayer(index: index) }
            if let layer = other?.layers[index], layer.inputShape == [width], layer.outputShape == [units] {
                layers.append(layer)
            } else {
                layers.append(Self.layer(entry, name: "\(index)", inputs: width, product: product))
            }
            width = units
        }
        guard !layers.isEmpty else { throw NetworkError.noLayers }
        self.specification = specification
        self.product = product
        self.inputCount = inputCount
        self.capacity = capacity
        self.layers = layers
        outputCount = width
        parameters = layers.flatMap { $0.parameters }
        func tensors(_ shared: [Tensor<Scalar>]?) -> [Tensor<Scalar>] {
            layers.enumerated().map { index, layer in
                let shape = [capacity] + layer.outputShape
                return shared.flatMap { $0[index + 1].shape == shape ? $0[index + 1] : nil } ?? Tensor(shape: shape)
            }
        }
        activations = [other?.input ?? Tensor(shape: [capacity, inputCount])] + tensors(other?.activations)
        gradients = [Tensor(shape: [0])] + tensors(other?.gradients)
        smallestTrainingBatch = layers.map { $0.smallestTrainingBatch }.max() ?? 1
        hiddenLayers = Self.findHiddenLayers(specification, layers, activations: activations)
    }

    private static func layer(_ entry: LayerSpecification, name: String, inputs: Int, product: MatrixProduct) -> any Layer<Scalar> {
        switch entry {
        case .dense(let units, let bias): Dense<Scalar>(name: name, inputs: inputs, units: units, bias: bias, product: product)
        case .batchNorm(let epsilon, let momentum): BatchNorm<Scalar>(name: name, features: inputs, epsilon: epsilon, momentum: momentum)
        case .activation(let activation): ActivationLayer<Scalar>(activation, shape: [inputs])
        }
    }

    /// The batch that the next pass reads, [capacity, inputs].
    public var input: Tensor<Scalar> { activations[0] }

    /// Outputs of the last forward pass, [capacity, outputs].
    public var output: Tensor<Scalar> { activations[layers.count] }

    /// Tensors of the model that are not trained, by PyTorch's name.
    public var buffers: [(name: String, tensor: Tensor<Scalar>)] { layers.flatMap { $0.buffers } }

    /// Runs the first `batch` rows of ``input`` through the layers.
    /// - Throws: ``NetworkError/batchTooSmall(batch:smallest:)`` for a training pass on fewer samples than a layer can normalise.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public func forward(batch: Int, mode: PassMode) throws {
        precondition(batch >= 1 && batch <= capacity, "a batch of \(batch) in a network planned for \(capacity)")
        if mode == .training, batch < smallestTrainingBatch {
            throw NetworkError.batchTooSmall(batch: batch, smallest: smallestTrainingBatch)
        }
        for index in layers.indices {
            layers[index].forward(activations[index], into: activations[index + 1], batch: batch, mode: mode)
        }
    }

    /// Propagates ∂loss/∂output, already in ``gradients``' last tensor, to every parameter.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public func backward(batch: Int) {
        for index in layers.indices.reversed() {
            layers[index].backward(
                input: activations[index], output: activations[index + 1], outputGradient: gradients[index + 1],
                inputGradient: index == 0 ? nil : gradients[index], batch: batch)
        }
    }

    /// Draws every weight from its own stream of the seed, named after the parameter, so that one layer's draw does not depend on another's.
    /// Drawn in double precision and rounded: a float32 network starts from the float64 one's values.
    public func initialize(_ initialization: Initialization, seed: UInt64) {
        for parameter in parameters {
            var stream = RandomStream(seed: seed, name: "initial.\(parameter.name)")
            guard let draw = initialization.distribution(of: parameter.role, fan: parameter.fan) else { continue }
            parameter.value.assign((0..<parameter.value.count).map { _ in Scalar(draw(&stream)) })
        }
    }

    private static func findHiddenLayers(
        _ specification: [LayerSpecification], _ layers: [any Layer<Scalar>], activations: [Tensor<Scalar>]
    ) -> [HiddenLayer<Scalar>] {
        LayerSpecification.hiddenLayers(in: specification).compactMap { index in
            guard let dense = layers[index] as? Dense<Scalar>,
                let following = layers[(index + 1)...].lazy.compactMap({ $0 as? Dense<Scalar> }).first,
                let position = layers[index...].firstIndex(where: { $0 is ActivationLayer<Scalar> }),
                let activation = layers[position] as? ActivationLayer<Scalar>
            else { return nil }
            return HiddenLayer(
                name: "\(index)", incoming: dense.weight, bias: dense.bias,
                batchNorm: layers[index..<position].lazy.compactMap { $0 as? BatchNorm<Scalar> }.first,
                activation: activation, outgoing: following.weight, preactivation: activations[position])
        }
    }
}

extension Initialization {
    /// How one entry of a parameter with this role and fan is drawn; nil if it keeps its constant.
    func distribution(of role: ParameterRole, fan: (in: Int, out: Int)) -> ((inout RandomStream) -> Double)? {
        let (inputs, outputs) = (Double(fan.in), Double(fan.out))
        switch (self, role) {
        case (.heNormal, .weight): return { $0.normal() * (2 / inputs).squareRoot() }
        case (.heUniform, .weight): return Self.symmetric((6 / inputs).squareRoot())
        case (.glorotNormal, .weight): return { $0.normal() * (2 / (inputs + outputs)).squareRoot() }
        case (.glorotUniform, .weight): return Self.symmetric((6 / (inputs + outputs)).squareRoot())
        case (.pytorch, .weight), (.pytorch, .bias): return Self.symmetric((1 / inputs).squareRoot())
        default: return nil
        }
    }

    private static func symmetric(_ bound: Double) -> (inout RandomStream) -> Double {
        { stream in (2 * stream.uniform() - 1) * bound }
    }
}
