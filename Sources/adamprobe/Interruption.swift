// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Synchronization

/// Turns the first Ctrl-C (or SIGTERM) into a request to stop; a second one ends the process as usual.
enum Interruption {
    private static let requested = Atomic(false)

    static var isRequested: Bool { requested.load(ordering: .relaxed) }

    /// From here on the first signal is a request.
    static func watch() {
        // Touched once here, so that the handler finds it initialised.
        requested.store(false, ordering: .relaxed)
        // Whoever started this program may have handed down a mask that blocks them, as a worker thread of another program does.
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGINT, SIGTERM] { sigaddset(&signals, number) }
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        for number in [SIGINT, SIGTERM] {
            signal(number) { number in
                Interruption.requested.store(true, ordering: .relaxed)
                signal(number, SIG_DFL)
            }
        }
    }
}
