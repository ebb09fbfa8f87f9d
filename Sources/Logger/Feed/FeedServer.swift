import Glibc
import Metering
import Synchronization

/// The newest readings for whoever reads them on this machine: JSON lines on a Unix socket (`docs/feed.md`).
///
/// It works on a thread of its own, so that the logger waits for no reader (law 9): each has a bounded buffer and is let go
/// when that is full. Nothing is written to disk.
final class FeedServer: Sendable {
  static let mostReaders = 32

  private let hub: FeedHub
  private let thread: pthread_t
  private let isClosed = Atomic<Bool>(false)

  /// Opens the feed. Errors: the path cannot be bound, or another logger serves it; logging works without it all the same.
  ///
  /// - Parameters:
  ///   - path: where the socket is to be; `LogFiles.socket` by default. Paths of more than 107 octets work.
  ///   - status: what the first readers are told.
  init(path: String, status: LoggerStatus) throws(FeedError) {
    let listener = try FeedListener(path: path)
    do throws(SystemError) {
      hub = try FeedHub(listener: listener, status: status)
      thread = try FeedServer.startThread(hub)
    } catch {
      throw FeedError(error, path, verb: "opened")
    }
  }

  private static func startThread(_ hub: FeedHub) throws(SystemError) -> pthread_t {
    let reference = Unmanaged.passRetained(hub).toOpaque()
    var thread = pthread_t()
    let code = pthread_create(&thread, nil, serveFeed, reference)
    guard code == 0 else {
      Unmanaged<FeedHub>.fromOpaque(reference).release()
      throw SystemError(code)
    }
    return thread
  }

  deinit { close() }

  /// Hands a line to every reader there is; from any thread, without waiting. Without readers the line is not even made.
  func publish(_ line: @autoclosure () -> String?) {
    guard hub.readers.load(ordering: .relaxed) > 0, let line = line() else { return }
    hub.put(Array((line + "\n").utf8))
  }

  /// What readers are told from now on when they come or ask; from any thread. It becomes text only then.
  func setStatus(_ status: LoggerStatus) { hub.status = status }

  var readers: Int { hub.readers.load(ordering: .relaxed) }
  /// Readers that were let go because they took their lines too slowly.
  var slowReaders: Int { hub.slowReaders.load(ordering: .relaxed) }

  /// Ends the feed and removes the socket. A second time does nothing.
  func close() {
    guard !isClosed.exchange(true, ordering: .acquiringAndReleasing) else { return }
    hub.close()
    pthread_join(thread, nil)
  }
}

/// The thread: owns its reference to the hub.
private func serveFeed(_ reference: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let reference else { return nil }
  var loop = FeedLoop(Unmanaged<FeedHub>.fromOpaque(reference).takeRetainedValue())
  loop.run()
  return nil
}
