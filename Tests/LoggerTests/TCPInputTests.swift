import Glibc
import Metering
import TestSupport
import Testing

@testable import Logger

@Suite struct `TCP input` {
  let stop: Stop

  init() throws {
    stop = try Stop()
  }

  enum Goodbye: CaseIterable { case fin, rst }

  @Test(arguments: Machine.ownNames, Goodbye.allCases)
  func `octets arrive, the end is told, and the connection is made again`(host: String, goodbye: Goodbye) throws {
    let server = try LoopbackServer(host: host)
    server.listen()
    var client: Descriptor?
    var received: [UInt8] = []
    var losses: [InputError.Kind] = []
    let ending = try drive(TCPInput(server.address), stop: stop) { event in
      switch event {
      case .opened:
        let accepted = try server.accept()
        _ = try accepted.write([0x7E, 0xFF, 0x0D, UInt8(losses.count)])
        client = consume accepted
      case .octets(let octets, _):
        received += octets
        if goodbye == .rst { client?.resetAtClose() }
        if received.count % 4 == 0 { client = nil }
      case .lost(let error, _): losses.append(error.kind)
      case .idle: break
      }
      return losses.count == 2 ? .end : .proceed
    }
    #expect(ending == .handlerEnded)
    #expect(received == [0x7E, 0xFF, 0x0D, 0, 0x7E, 0xFF, 0x0D, 1])
    #expect(losses == (goodbye == .fin ? [.closed, .closed] : [.reset, .reset]))
  }

  @Test func `a refused connection is tried again until somebody listens`() throws {
    let server = try LoopbackServer()
    var log: [String] = []
    let ending = try drive(TCPInput(server.address), stop: stop) { event in
      switch event {
      case .opened: return .end
      case .octets: break
      case .lost(let error, _):
        log.append("\(error.kind)")
        #expect(error.description.hasPrefix("\(server.address): the host answers, but nothing listens"))
      case .idle: server.listen()
      }
      return .proceed
    }
    #expect(ending == .handlerEnded)
    #expect(log == ["refused"])
  }

  @Test func `a host that does not answer is given up after the time limit`() throws {
    let server = try LoopbackServer()
    let others = try fill(server)
    var input = TCPInput(server.address)
    input.connectLimit = TimeSpan(milliseconds: 50)
    let error = #expect(throws: InputError.self) { _ = try input.open(unless: stop) }
    #expect(error?.kind == .timedOut)
    #expect(!others.isEmpty)
  }

  @Test func `a stop ends the wait for a connection`() throws {
    let server = try LoopbackServer()
    let others = try fill(server)
    stop.request()
    var input = TCPInput(server.address)
    input.connectLimit = .hours(1)
    let error = #expect(throws: InputError.self) { _ = try input.open(unless: stop) }
    #expect(error?.kind == .stopped)
    #expect(!others.isEmpty)
  }

  @Test func `a stop ends the look-up of a name`() throws {
    stop.request()
    let input = TCPInput(try TCPAddress("meter.invalid:2001"))
    let error = #expect(throws: InputError.self) { _ = try input.open(unless: stop) }
    #expect(error?.kind == .stopped)
  }

  @Test func `a host that nobody knows is named`() throws {
    let input = TCPInput(try TCPAddress("meter.invalid:2001"))
    let error = #expect(throws: InputError.self) { _ = try input.open(unless: stop) }
    #expect(error?.kind == .unknownHost)
    #expect(error?.description.hasPrefix("meter.invalid:2001: the host meter.invalid is not known") == true)
  }

  @Test func `silent connections are probed, so that a dead bridge is noticed within 30 seconds`() throws {
    let server = try LoopbackServer()
    server.listen()
    let port = try TCPInput(server.address).open(unless: stop)
    func option(_ level: Int32, _ name: Int32) -> Int32 {
      var value: Int32 = 0
      var size = socklen_t(MemoryLayout<Int32>.size)
      getsockopt(port.number, level, name, &value, &size)
      return value
    }
    #expect(option(SOL_SOCKET, SO_KEEPALIVE) == 1)
    let (idle, interval) = (option(Int32(IPPROTO_TCP), TCP_KEEPIDLE), option(Int32(IPPROTO_TCP), TCP_KEEPINTVL))
    #expect(idle + interval * option(Int32(IPPROTO_TCP), TCP_KEEPCNT) <= 30)
  }

  /// Fills the server's queue, so that it neither takes nor refuses another connection.
  private func fill(_ server: borrowing LoopbackServer) throws -> [Int32] {
    server.listen(backlog: 0)
    var input = TCPInput(server.address)
    input.connectLimit = TimeSpan(milliseconds: 50)
    var others: [Int32] = []
    while others.count < 100, let port = try? input.open(unless: try Stop()) {
      others.append(dup(port.number))
    }
    return others
  }
}

@Suite struct `TCP address` {
  static let good: [(String, host: String, port: UInt16)] = [
    ("192.0.2.7:2001", "192.0.2.7", 2001),
    ("meter.local:1", "meter.local", 1),
    ("[2001:db8::7]:65535", "2001:db8::7", 65535),
    ("[::1]:23", "::1", 23),
  ]

  @Test(arguments: good)
  func `host and port are read, and written again as they were`(text: String, host: String, port: UInt16) throws {
    let address = try TCPAddress(text)
    #expect(address.host == host)
    #expect(address.port == port)
    #expect(address.description == text)
  }

  static let bad: [(String, reason: String)] = [
    ("", "has no port"), ("meter", "has no port"), ("meter:", "the port is not a number"),
    ("meter:0", "the port is not a number"), ("meter:65536", "the port is not a number"),
    ("meter:-1", "the port is not a number"), ("meter:http", "the port is not a number"), (":2001", "has no host"),
    ("[]:2001", "has no host"), ("2001:db8::7:2001", "needs brackets"), ("[::1]", "the port is not a number"),
    ("a b:2001", "has a blank"), ("http://meter:2001", "needs brackets"),
  ]

  @Test(arguments: bad)
  func `anything else is refused with the reason`(text: String, reason: String) {
    let error = #expect(throws: InputError.self) { try TCPAddress(text) }
    #expect(error?.kind == .setting)
    #expect(error?.description.contains(reason) == true)
    #expect(error?.description.contains("host:port") == true)
  }
}
