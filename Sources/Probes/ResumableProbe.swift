// SPDX-License-Identifier: GPL-3.0-or-later
import Records

/// A probe that a training can be stopped with and gone on with in another process, as if nothing had happened in between.
public protocol ResumableProbe<Scalar>: Probe {
    /// All that the probe remembers of the run, as tensors whose names no other probe uses; called between two steps.
    ///
    /// Everything streamed so far is on disk when this returns, so that ``resume(_:memory:)`` finds it there.
    /// - Throws: `RecordsError` if a stream can't be written.
    func memory() throws -> [(name: String, tensor: TensorRecord)]

    /// Called in place of ``Probe/start(_:)``: takes up what ``memory()`` gave, and streams where they stood then.
    /// - Throws: `RecordsError` for a memory that lacks something or is of another network, and for streams that are shorter than they were.
    func resume(_ view: StepView<Scalar>, memory: SafetensorsFile) throws
}
