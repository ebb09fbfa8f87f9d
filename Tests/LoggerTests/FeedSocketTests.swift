import Glibc
import TestSupport
import Testing

@testable import Logger

@Suite struct `Socket of the feed` {
  private func kind(of body: () throws -> Void) -> FeedError.Kind? {
    do {
      try body()
      return nil
    } catch {
      return (error as? FeedError)?.kind
    }
  }

  @Test func `every local user may read it`() throws {
    try withScratchFolder { folder in
      let feed = try FeedServer(path: folder + "/s", status: try someStatus())
      var info = stat()
      #expect(stat(folder + "/s", &info) == 0)
      #expect(info.st_mode & 0o777 == 0o666)
      feed.close()
    }
  }

  @Test func `what a dead process left is replaced`() throws {
    try withScratchFolder { folder in
      let path = folder + "/s"
      do {
        let dead = try UnixSocket.make()
        try UnixSocket(path).bind(dead)
      }
      #expect(kind { _ = try FeedClient(path: path) } == .nobody)
      let feed = try FeedServer(path: path, status: try someStatus())
      var reader = try TestReader(path: path)
      #expect(try reader.next() == .line(try someStatus().json))
      feed.close()
    }
  }

  @Test func `what a live process serves is left to it`() throws {
    try withScratchFolder { folder in
      let path = folder + "/s"
      let feed = try FeedServer(path: path, status: try someStatus())
      #expect(kind { _ = try FeedServer(path: path, status: try someStatus()) } == .taken)
      var reader = try TestReader(path: path)
      #expect(try reader.next() == .line(try someStatus().json))
      feed.close()
    }
  }

  @Test func `the socket of a successor is not removed`() throws {
    try withScratchFolder { folder in
      let path = folder + "/s"
      let first = try FeedServer(path: path, status: try someStatus())
      unlink(path)
      let second = try FeedServer(path: path, status: try someStatus())
      first.close()
      var reader = try TestReader(path: path)
      #expect(try reader.next() == .line(try someStatus().json))
      second.close()
    }
  }

  @Test(arguments: [107, 108, 300])
  func `a path of any length works, from outside too`(length: Int) throws {
    try withScratchFolder { folder in
      var path = folder
      while path.utf8.count < length - 60 {
        path += "/" + String(repeating: "d", count: 40)
        mkdir(path, 0o755)
      }
      path += "/" + String(repeating: "s", count: length - path.utf8.count - 1)
      #expect(path.utf8.count == length)
      let feed = try FeedServer(path: path, status: try someStatus())
      var reader = try TestReader(path: path)
      #expect(try reader.next() == .line(try someStatus().json))
      feed.close()
      #expect(access(path, F_OK) != 0)
    }
  }

  @Test func `a path that cannot be is refused with its reason`() throws {
    try withScratchFolder { folder in
      let status = try someStatus()
      #expect(kind { _ = try FeedServer(path: folder + "/missing/s", status: status) } == .path)
      #expect(
        kind { _ = try FeedServer(path: folder + "/" + String(repeating: "n", count: 150), status: status) } == .path)
      #expect(kind { _ = try FeedServer(path: folder, status: status) } == .notSocket)
      #expect(kind { _ = try FeedServer(path: "", status: status) } == .path)
      #expect(kind { _ = try FeedClient(path: folder + "/missing/s") } == .nobody)
    }
  }
}
