import Glibc
import Metering
import Synchronization
import TestSupport
import Testing

@testable import Logger

/// Two tails on threads of their own would need a helper each: a feed has its own thread, so that a test plays the logger.
@Suite struct `Tail` {
  /// A tail whose output is a pipe, so that a test can read it.
  private func tail(_ path: String, waits: Bool, to output: borrowing WakePipe, stop: Stop) -> TailLoop {
    TailLoop(
      path: path, waits: waits, stop: stop, output: output.writeEnd.number, firstPause: TimeSpan(milliseconds: 10))
  }

  @Test func `without a logger it says so at once, if it is not to wait`() throws {
    try withScratchFolder { folder in
      let output = try WakePipe()
      #expect {
        try tail(folder + "/s", waits: false, to: output, stop: try Stop()).run()
      } throws: { error in
        "\(error)" == "\(folder)/s: no logger answers here; start `ams-logger run`, or name its --database"
      }
    }
  }

  @Test func `a folder that does not exist is not waited for`() throws {
    let output = try WakePipe()
    #expect {
      try tail("/nowhere/s", waits: true, to: output, stop: try Stop()).run()
    } throws: { error in (error as? FeedError)?.kind == .nobody }
  }

  @Test func `it prints what it hears, and ends with the logger if it is not to wait`() throws {
    try withScratchFolder { folder in
      let output = try WakePipe()
      let feed = try FeedServer(path: folder + "/s", status: try someStatus())
      try inBackground {
        _ = soon { feed.readers == 1 }
        feed.publish("{}")
        feed.close()
      } while: {
        try tail(folder + "/s", waits: false, to: output, stop: try Stop()).run()
      }
      let expected = Array((try someStatus().json + "\n{}\n").utf8)
      #expect(output.readEnd.read(count: expected.count) == expected)
    }
  }

  @Test func `it waits for the logger, and for its return`() throws {
    try withScratchFolder { folder in
      let output = try WakePipe()
      let stop = try Stop()
      let readEnd = output.readEnd.number
      let status = try someStatus()
      let heard = Mutex<[UInt8]>([])
      let line = Array((status.json + "\n").utf8)
      try inBackground {
        for _ in 0..<2 {
          guard let feed = try? FeedServer(path: folder + "/s", status: status) else { break }
          _ = soon { feed.readers == 1 }
          let copy = Descriptor(owning: fcntl(readEnd, F_DUPFD_CLOEXEC, 3))
          heard.withLock { $0 += copy.read(count: line.count) }
          feed.close()
        }
        stop.request()
      } while: {
        try tail(folder + "/s", waits: true, to: output, stop: stop).run()
      }
      #expect(heard.withLock { $0 } == line + line)
    }
  }

  @Test func `a reader that has gone ends it in peace`() throws {
    try withScratchFolder { folder in
      signal(SIGPIPE, SIG_IGN)
      let feed = try FeedServer(path: folder + "/s", status: try someStatus())
      var ends: [Int32] = [-1, -1]
      try #require(pipe(&ends) == 0)
      close(ends[0])
      defer { close(ends[1]) }
      try TailLoop(path: folder + "/s", waits: true, stop: try Stop(), output: ends[1]).run()
      feed.close()
    }
  }

  @Test func `a server that sends no feed is told from a logger`() throws {
    try withScratchFolder { folder in
      let socket = try UnixSocket.make()
      try UnixSocket(folder + "/s").bind(socket)
      listen(socket.number, 1)
      let number = socket.number
      let output = try WakePipe()
      let text = [UInt8](repeating: 0x78, count: 64 * 1024)
      #expect {
        try inBackground {
          var watched = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
          poll(&watched, 1, 10_000)
          let caller = Descriptor(owning: accept(number, nil, nil))
          signal(SIGPIPE, SIG_IGN)
          for _ in 0..<8 where (try? caller.write(text[...])) == nil { break }
        } while: {
          try tail(folder + "/s", waits: true, to: output, stop: try Stop()).run()
        }
      } throws: { error in (error as? FeedError)?.kind == .noAnswer }
    }
  }
}

/// Runs `other` on a thread of its own beside `body`, and waits for both.
func inBackground(_ other: @escaping @Sendable () -> Void, while body: () throws -> Void) throws {
  final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  var thread = pthread_t()
  let reference = Unmanaged.passRetained(Work(other)).toOpaque()
  let code = pthread_create(
    &thread, nil,
    { reference in
      guard let reference else { return nil }
      Unmanaged<Work>.fromOpaque(reference).takeRetainedValue().body()
      return nil
    }, reference)
  try #require(code == 0)
  defer { pthread_join(thread, nil) }
  try body()
}
