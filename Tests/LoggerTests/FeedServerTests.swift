import Glibc
import Metering
import TestSupport
import Testing

@testable import Logger

@Suite struct `Feed` {
  private func withFeed(_ body: (FeedServer, String) throws -> Void) throws {
    try withScratchFolder { folder in
      let path = folder + "/ams.sqlite.socket"
      let feed = try FeedServer(path: path, status: try someStatus())
      defer { feed.close() }
      try body(feed, path)
    }
  }

  @Test func `a reader gets the status first, then each line that is published`() throws {
    try withFeed { feed, path in
      var reader = try TestReader(path: path)
      #expect(try reader.next() == .line(try someStatus().json))
      for line in ["{}", "{\"a\":1}"] { feed.publish(line) }
      #expect(try reader.next() == .line("{}"))
      #expect(try reader.next() == .line("{\"a\":1}"))
    }
  }

  @Test func `a line reaches its reader within a second`() throws {
    try withFeed { feed, path in
      var reader = try TestReader(path: path)
      _ = try reader.next()
      let start = HostClock.uptime()
      feed.publish("{}")
      #expect(try reader.next() == .line("{}"))
      #expect(HostClock.uptime().milliseconds - start.milliseconds < 1000)
    }
  }

  @Test func `whoever says status is told the newest one, in one piece or octet by octet`() throws {
    try withFeed { feed, path in
      let reader = try rawReader(path: path)
      var status = try someStatus()
      let first = Array((status.json + "\n").utf8)
      #expect(reader.read(count: first.count) == first)
      status.waiting = 7
      feed.setStatus(status)
      let second = Array((status.json + "\n").utf8)
      _ = try reader.write(Array("nonsense\nstatus\r\n".utf8)[...])
      #expect(reader.read(count: second.count) == second)
      for octet in "status\n".utf8 { _ = try reader.write([octet]) }
      #expect(reader.read(count: second.count) == second)
    }
  }

  @Test func `who has closed the side that speaks is still told, and goes when all is closed`() throws {
    try withFeed { feed, path in
      do {
        var reader = try TestReader(path: path)
        _ = try reader.next()
        let other = try rawReader(path: path)
        #expect(soon { feed.readers == 2 })
        shutdown(other.number, Int32(SHUT_WR))
        let status = Array((try someStatus().json + "\n{}\n").utf8)
        usleep(50_000)
        feed.publish("{}")
        #expect(other.read(count: status.count) == status)
      }
      #expect(soon { feed.readers == 0 })
      #expect(feed.slowReaders == 0)
    }
  }

  @Test func `a slow reader is let go and counted, and holds up neither the others nor the publisher`() throws {
    try withFeed { feed, path in
      let slow = try rawReader(path: path)
      var quick = try TestReader(path: path)
      _ = try quick.next()
      #expect(soon { feed.readers == 2 })
      let line = "\"" + String(repeating: "x", count: 1000) + "\""
      var longest: Int64 = 0
      for _ in 0..<2000 {
        let start = HostClock.uptime()
        feed.publish(line)
        longest = max(longest, HostClock.uptime().milliseconds - start.milliseconds)
        #expect(try quick.next() == .line(line))
      }
      #expect(feed.slowReaders == 1)
      #expect(feed.readers == 1)
      #expect(longest < 1000)
      _ = slow.number
    }
  }

  @Test func `thirty-two readers are served, the next is told why it is not, and its place comes free`() throws {
    try withFeed { feed, path in
      var readers: [Int32] = []
      defer { for number in readers { close(number) } }
      for _ in 0..<FeedServer.mostReaders {
        let socket = try rawReader(path: path)
        readers.append(fcntl(socket.number, F_DUPFD_CLOEXEC, 3))
      }
      #expect(soon { feed.readers == FeedServer.mostReaders })
      var late = try TestReader(path: path)
      #expect { _ = try late.next() } throws: { ($0 as? FeedError)?.kind == .refused }
      close(readers.removeLast())
      #expect(soon { feed.readers == FeedServer.mostReaders - 1 })
      var next = try TestReader(path: path)
      #expect(try next.next() == .line(try someStatus().json))
    }
  }

  @Test func `without readers a line is not even made`() throws {
    try withFeed { feed, path in
      func line() -> String {
        Issue.record("nobody reads it")
        return ""
      }
      feed.publish(line())
    }
  }

  @Test func `lines that a stalled feed cannot hold are known to be lost`() throws {
    try withScratchFolder { folder in
      // Without its thread, so that nobody empties it.
      let hub = try FeedHub(listener: try FeedListener(path: folder + "/s"), status: try someStatus())
      let line = [UInt8](repeating: 0x78, count: 1024)
      for _ in 0..<256 { hub.put(line) }
      let full = hub.take()
      #expect(full.lines.count == 256)
      #expect(!full.isOverrun)
      for _ in 0..<257 { hub.put(line) }
      let overrun = hub.take()
      #expect(overrun.lines.count == 256)
      #expect(overrun.isOverrun)
      #expect(!hub.take().isOverrun)
    }
  }

  @Test func `closing ends the readers, removes the socket, and may be done twice`() throws {
    try withFeed { feed, path in
      var reader = try TestReader(path: path)
      _ = try reader.next()
      feed.close()
      feed.close()
      feed.publish("{}")
      #expect(try reader.next() == .ended)
      #expect(access(path, F_OK) != 0)
    }
  }

  @Test func `a thousand readers that come and go leave no descriptor behind`() throws {
    try withFeed { feed, path in
      func round() throws {
        for _ in 0..<20 {
          var reader = try TestReader(path: path)
          _ = try reader.next()
          feed.publish("{}")
        }
        #expect(soon { feed.readers == 0 })
      }
      try round()
      // Other tests of this process open files too: what is left behind would be more than they have.
      let before = FileSystem.entries(of: "/proc/self/fd").count
      for _ in 0..<50 { try round() }
      #expect(FileSystem.entries(of: "/proc/self/fd").count < before + 500)
    }
  }
}
