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
    public init(_ specification: [LayerSpecification], inputCount: Int, capacity: Int, threads: Int = 1) throws {
        let product = MatrixProduct(threads: threads)
        var layers: [any Layer<Scalar>] = []
        var width = inputCount
        for (index, entry) in specification.enumerated() {
            switch entry {
            case .dense(let units, let bias):
                guard units >= 1 else { throw NetworkError.emptyLayer(index: index) }
                layers.append(Dense<Scalar>(name: "\(index)", inputs: width, units: units, bias: bias, product: product))
                width = units
            case .batchNorm(let epsilon, let momentum):
                layers.append(BatchNorm<Scalar>(name: "\(index)", features: width, epsilon: epsilon, momentum: momentum))
            case .activation(let activation):
                layers.append(ActivationLayer<Scalar>(activation, shape: [width]))
            }
        }
        guard !layers.isEmpty else { throw NetworkError.noLayers }
        self.specification = specification
        self.product = product
        self.inputCount = inputCount
        self.capacity = capacity
        self.layers = layers
        outputCount = width
        parameters = layers.flatMap { $0.parameters }
        activations = [Tensor(shape: [capacity, inputCount])] + layers.map { Tensor(shape: [capacity] + $0.outputShape) }
        gradients = [Tensor(shape: [0])] + layers.map { Tensor(shape: [capacity] + $0.outputShape) }
        smallestTrainingBatch = layers.map { $0.smallestTrainingBatch }.max() ?? 1
        hiddenLayers = Self.findHiddenLayers(specification, layers, activations: activations)
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
