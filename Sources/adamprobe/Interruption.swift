// SPDX-License-Identifier: GPL-3.0-or-later
import Dispatch
import Foundation
import Synchronization

/// Turns the first Ctrl-C (or SIGTERM) into a request to stop; a second one ends the process as usual.
final class Interruption: Sendable {
    private let requested = Atomic(false)
    private let sources: [any DispatchSourceSignal & Sendable]

    init() {
        let signals = [SIGINT, SIGTERM]
        var sources: [any DispatchSourceSignal & Sendable] = []
        for number in signals {
            signal(number, SIG_IGN)
            sources.append(DispatchSource.makeSignalSource(signal: number, queue: .global()))
        }
        self.sources = sources
        for (source, number) in zip(sources, signals) {
            source.setEventHandler { [weak self] in
                self?.requested.store(true, ordering: .relaxed)
                signal(number, SIG_DFL)
            }
            source.resume()
        }
    }

    var isRequested: Bool { requested.load(ordering: .relaxed) }
}
