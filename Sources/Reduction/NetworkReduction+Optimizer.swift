// SPDX-License-Identifier: GPL-3.0-or-later
import Networks
import Optimizers

extension NetworkReduction where Scalar: OptimizerScalar {
    /// The optimiser's state for the reduced network: of every state tensor the rows and columns that stay, step counts as they are.
    ///
    /// A parameter that the reduction made starts as a new one does, with empty moments and step 0, which is what bias correction presumes.
    /// - Throws: ``ReductionError/optimizerDoesNotFit(found:expected:)`` for an optimiser of another network; `OptimizerError`,
    ///   `HyperParameterError`.
    public func carry(_ optimizer: Optimizer<Scalar>) throws -> Optimizer<Scalar> {
        let places = Dictionary(uniqueKeysWithValues: optimizer.parameters.enumerated().map { ($1.name, $0) })
        let needed = origins.compactMap(\.original)
        let fits = origins.allSatisfy { origin in
            origin.original.map { name in places[name].map { optimizer.parameters[$0].count } == origin.originalShape.reduce(1, *) } ?? true
        }
        guard fits else { throw ReductionError.optimizerDoesNotFit(found: optimizer.parameters.map(\.name), expected: needed) }
        let carried = try Optimizer<Scalar>(
            rule: optimizer.rule,
            parameters: origins.map { origin in
                let group = origin.original.flatMap { places[$0] }.map { optimizer.parameters[$0].group }
                return OptimizedParameter(
                    name: origin.name, count: origin.shape.reduce(1, *), group: group ?? (origin.shape.count == 2 ? .weights : .biases))
            })
        for (index, origin) in origins.enumerated() {
            guard let place = origin.original.flatMap({ places[$0] }) else { continue }
            for name in optimizer.stateNames {
                try carried.plant(origin.select(try optimizer.state(name, of: place)), as: name, of: index)
            }
            for name in optimizer.scalarNames { try carried.plant(try optimizer.scalar(name, of: place), as: name, of: index) }
        }
        return carried
    }
}
