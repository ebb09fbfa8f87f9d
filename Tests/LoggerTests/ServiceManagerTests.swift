import Glibc
import Metering
import TestSupport
import Testing

@testable import Logger

@Suite struct `Signs of life for systemd` {
  /// What arrives at a socket while `body` runs.
  private func heard(_ watchdog: String? = nil, _ body: (inout ServiceManager) -> Void) throws -> [String] {
    try withScratchFolder { folder in
      let path = folder + "/notify"
      let number = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
      defer { close(number) }
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
      let bound = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      }
      try #require(bound == 0)
      var manager = ServiceManager { name in name == "NOTIFY_SOCKET" ? path : name == "WATCHDOG_USEC" ? watchdog : nil }
      body(&manager)
      var messages: [String] = []
      var buffer = [UInt8](repeating: 0, count: 200)
      while case let count = recv(number, &buffer, buffer.count, Int32(MSG_DONTWAIT)), count > 0 {
        messages.append(String(decoding: buffer[..<count], as: UTF8.self))
      }
      return messages
    }
  }

  @Test func `ready and stopping are told once each`() throws {
    let messages = try heard { manager in
      manager.ready("reading /dev/ttyUSB0")
      manager.alive()
      manager.stopping()
    }
    #expect(messages == ["READY=1\nSTATUS=reading /dev/ttyUSB0", "STOPPING=1"])
  }

  @Test func `the watchdog is fed twice in its time, however often a step is made`() throws {
    #expect(try heard("60000000") { manager in for _ in 0..<100 { manager.alive() } } == ["WATCHDOG=1"])
  }

  @Test func `work that takes long asks for more time, for the start as for the watchdog, every few seconds`() throws {
    let message = "EXTEND_TIMEOUT_USEC=600000000\nWATCHDOG=1"
    #expect(try heard { manager in for _ in 0..<100 { manager.working() } } == [message])
    #expect(try heard("300000000") { manager in for _ in 0..<100 { manager.working() } } == [message])
  }

  @Test func `without systemd, or with one that has gone, nothing happens`() {
    var none = ServiceManager { _ in nil }
    none.ready("x")
    none.alive()
    var gone = ServiceManager { $0 == "NOTIFY_SOCKET" ? "/nowhere/notify" : nil }
    gone.ready("x")
    gone.alive()
  }
}
