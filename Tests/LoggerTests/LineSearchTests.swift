import Glibc
import Metering
import Testing

@testable import Logger

@Suite struct `Search for the line` {
  private func search(_ ports: [String], remembered: LineChoice? = nil) -> LineSearch {
    LineSearch(
      port: nil, baudrate: nil, parity: nil, remembered: remembered, ports: { ports }, opener: Self.open)
  }

  /// Stands for a serial port, which alone can have parity.
  private static func open(_ way: LineChoice, _ stop: Stop) throws(InputError) -> Descriptor {
    Descriptor(owning: Glibc.open("/dev/null", O_RDONLY))
  }

  @Test func `each port is tried in each way, and what brings whole messages is kept`() throws {
    let search = search(["/dev/ttyUSB0", "/dev/ttyUSB1"])
    let stop = try Stop()
    var tried: [LineTime?] = []
    var told: [String] = []
    for _ in 0..<4 {
      _ = try search.open(unless: stop)
      tried.append(search.lineTime)
      if let text = search.gaveUp(Traffic(octets: 100, noise: 100, whole: 0)) { told.append(text) }
    }
    let slow = LineTime(baudrate: 2400, hasParityBit: false)
    let even = LineTime(baudrate: 2400, hasParityBit: true)
    let fast = LineTime(baudrate: 115_200, hasParityBit: false)
    #expect(tried == [slow, even, fast, slow])
    #expect(told.isEmpty)
    _ = try search.open(unless: stop)
    #expect(search.heard(Traffic(octets: 400, noise: 300, whole: 2)) == nil, "too much noise for a line that is right")
    let found = try #require(search.heard(Traffic(octets: 4000, noise: 300, whole: 20)))
    #expect(found == LineChoice(port: "/dev/ttyUSB1", baudrate: 2400, parity: .even))
    #expect(search.heard(Traffic(octets: 4000, noise: 300, whole: 21)) == nil, "told once")
    // It is opened like that from now on, also after a silence.
    #expect(search.gaveUp(Traffic()) == nil)
    _ = try search.open(unless: stop)
    #expect(search.lineTime == even)
    #expect(search.patience == LinkWatch.patience)
  }

  @Test func `a round without a right line says what was tried`() throws {
    let search = search(["/dev/ttyUSB0"])
    let stop = try Stop()
    var told: [String] = []
    for octets in [1000, 0, 7] as [Int64] {
      _ = try search.open(unless: stop)
      if let text = search.gaveUp(Traffic(octets: octets, noise: octets, whole: 0)) { told.append(text) }
    }
    #expect(
      told == [
        "tried /dev/ttyUSB0 at 2400 8N1: 1000 octets, 0 whole messages; /dev/ttyUSB0 at 2400 8E1: 0 octets, 0 whole messages; "
          + "/dev/ttyUSB0 at 115200 8N1: 7 octets, 0 whole messages"
      ])
  }

  @Test func `what was right before is tried first, and given up when it brings only noise`() throws {
    let line = LineChoice(port: "/dev/ttyUSB0", baudrate: 2400, parity: .even)
    let search = search(["/dev/ttyUSB0"], remembered: line)
    let stop = try Stop()
    for round in 1...3 {
      _ = try search.open(unless: stop)
      #expect(search.lineTime == LineTime(baudrate: 2400, hasParityBit: true))
      let told = search.gaveUp(Traffic(octets: 500, noise: 500, whole: 0))
      #expect((told != nil) == (round == 3))
    }
    _ = try search.open(unless: stop)
    #expect(search.lineTime == LineTime(baudrate: 2400, hasParityBit: false))
  }

  @Test func `no adapter is told, and one that comes later is found`() throws {
    let search = search([])
    let stop = try Stop()
    let error = #expect(throws: InputError.self) { _ = try search.open(unless: stop) }
    #expect(error?.reason == "no serial adapter is connected")
  }

  @Test func `what the settings say is not searched`() throws {
    let search = LineSearch(port: "/dev/ttyUSB0", baudrate: nil, parity: .odd, opener: Self.open)
    let stop = try Stop()
    for expected in [2400, 115_200] {
      _ = try search.open(unless: stop)
      #expect(search.lineTime == LineTime(baudrate: expected, hasParityBit: true))
      _ = search.gaveUp(Traffic())
    }
  }
}
