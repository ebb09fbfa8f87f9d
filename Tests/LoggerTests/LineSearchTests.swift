import Glibc
import Metering
import Synchronization
import Testing

@testable import Logger

@Suite struct `Search for the line` {
  private let stop: Stop
  /// Ports that cannot be opened, and why.
  private let closed = Closed()

  private final class Closed: Sendable {
    let ports = Mutex<[String: InputError.Kind]>([:])
    func set(_ ports: [String: InputError.Kind]) { self.ports.withLock { $0 = ports } }
  }

  init() throws { stop = try Stop() }

  /// Stands for serial ports, which alone can have parity.
  private func search(_ ports: [String], remembered: LineChoice? = nil) -> LineSearch {
    LineSearch(
      port: nil, baudrate: nil, parity: nil, remembered: remembered, ports: { ports },
      opener: { [closed] (way, _) throws(InputError) in
        if let kind = closed.ports.withLock({ $0[way.port] }) { throw InputError(kind, way.port, "is \(kind)") }
        return Descriptor(owning: Glibc.open("/dev/null", O_RDONLY | O_CLOEXEC))
      })
  }

  private let a = LineChoice(port: "/dev/ttyUSB0", baudrate: 2400, parity: .even)
  private let b = LineChoice(port: "/dev/ttyUSB1", baudrate: 2400, parity: .none)

  /// Opens the line and gives it up; which it was.
  private func vain(_ search: LineSearch, _ traffic: Traffic = Traffic()) throws -> String? {
    _ = try search.open(unless: stop)
    defer { search.gaveUp(traffic) }
    return search.line
  }

  private func told(_ search: LineSearch) -> [String] {
    search.takeNews().map { if case .inVain(let text) = $0 { text } else { "\($0)" } }
  }

  @Test func `each port is tried in each way, and what brings whole messages is kept`() throws {
    let search = search([a.port, b.port])
    let noise = Traffic(octets: 100, noise: 100, whole: 0)
    let tried = try (0..<4).map { _ in try vain(search, noise) }
    #expect(
      tried == [
        "/dev/ttyUSB0 at 2400 8N1", "/dev/ttyUSB0 at 2400 8E1", "/dev/ttyUSB0 at 115200 8N1",
        "/dev/ttyUSB1 at 2400 8N1",
      ])
    #expect(search.takeNews().isEmpty)
    _ = try search.open(unless: stop)
    search.heard(Traffic(octets: 400, noise: 300, whole: 2))
    #expect(search.takeNews().isEmpty, "too much noise for a line that is right")
    search.heard(Traffic(octets: 4000, noise: 300, whole: 20))
    #expect(search.takeNews() == [.found(LineChoice(port: b.port, baudrate: 2400, parity: .even))])
    search.heard(Traffic(octets: 4000, noise: 300, whole: 21))
    #expect(search.takeNews().isEmpty, "told once")
    // It is opened like that from now on, also after a silence.
    search.gaveUp(Traffic())
    _ = try search.open(unless: stop)
    #expect(search.form == LineForm(baudrate: 2400, parity: .even))
    #expect(search.patience == LinkWatch.patience)
  }

  @Test func `a round without a right line says what was tried`() throws {
    let search = search([a.port])
    for octets in [1000, 0, 7] as [Int64] { _ = try vain(search, Traffic(octets: octets, noise: octets, whole: 0)) }
    #expect(
      told(search) == [
        "tried /dev/ttyUSB0 at 2400 8N1: 1000 octets, 0 whole messages; /dev/ttyUSB0 at 2400 8E1: 0 octets, 0 whole messages; "
          + "/dev/ttyUSB0 at 115200 8N1: 7 octets, 0 whole messages"
      ])
  }

  @Test func `a round whose last port cannot be opened ends all the same, and what brought most is told and kept`()
    throws
  {
    closed.set([b.port: .busy])
    let search = search([a.port, b.port])
    _ = try vain(search, Traffic(octets: 50, noise: 50, whole: 0))
    _ = try vain(search, Traffic(octets: 500, noise: 400, whole: 1))
    _ = try vain(search, Traffic())
    #expect(search.takeNews().isEmpty)
    #expect(try vain(search) == "\(a)")
    let news = search.takeNews()
    #expect(news.count == 2 && news.last == .found(a))
    guard case .inVain(let tried) = news.first else { throw Stuck() }
    #expect(tried.hasSuffix("/dev/ttyUSB1 at 115200 8N1: is busy; kept is /dev/ttyUSB0 at 2400 8E1"), "\(tried)")
  }

  @Test func `a port that another program has is passed over`() throws {
    closed.set([a.port: .busy])
    let search = search([a.port, b.port])
    #expect(try vain(search) == "\(b)")
    #expect(search.takeNews().isEmpty)
  }

  @Test func `only when no port can be opened it is a mistake, and says what is wrong with each`() throws {
    closed.set([a.port: .busy, b.port: .forbidden])
    let search = search([a.port, b.port])
    let error = #expect(throws: InputError.self) { _ = try search.open(unless: stop) }
    #expect(error?.isMistake == true)
    #expect(
      error?.description == "serial port auto: no port can be opened: /dev/ttyUSB0: is busy; /dev/ttyUSB1: is forbidden"
    )
    closed.set([a.port: .busy, b.port: .system])
    #expect(#expect(throws: InputError.self) { _ = try search.open(unless: stop) }?.isMistake == false)
    closed.set([:])
    #expect(try vain(search) == "/dev/ttyUSB0 at 2400 8N1")
  }

  @Test func `what was right before is tried first, and given up when it brings only noise`() throws {
    let search = search([a.port], remembered: a)
    for round in 1...3 {
      #expect(try vain(search, Traffic(octets: 500, noise: 500, whole: 0)) == "\(a)")
      #expect(search.takeNews().isEmpty == (round < 3))
    }
    #expect(try vain(search) == "/dev/ttyUSB0 at 2400 8N1")
  }

  @Test func `a silent port is left for a round of the others, longer apart each time, and gone back to`() throws {
    let search = search([a.port, b.port], remembered: a)
    for minutes in [5, 10, 20, 40, 60, 60] {
      for _ in 0..<minutes { #expect(try vain(search) == "\(a)") }
      let tried = try (0..<3).map { _ in try vain(search) }
      #expect(tried == ["\(b)", "/dev/ttyUSB1 at 2400 8E1", "/dev/ttyUSB1 at 115200 8N1"])
      let told = told(search)
      #expect(told.count == 1 && told.first?.hasSuffix("; kept is /dev/ttyUSB0 at 2400 8E1") == true, "\(told)")
    }
    // A message makes the next silence a new one.
    _ = try search.open(unless: stop)
    search.heard(Traffic(octets: 100, noise: 0, whole: 1))
    for _ in 0..<5 { #expect(try vain(search) == "\(a)") }
    #expect(try vain(search) == "\(b)")
  }

  @Test func `a meter whose cable has moved to another adapter is found there`() throws {
    let search = search([a.port, b.port], remembered: a)
    for _ in 0..<5 { _ = try vain(search) }
    _ = try search.open(unless: stop)
    search.heard(Traffic(octets: 400, noise: 0, whole: 2))
    #expect(search.takeNews() == [.found(b)])
    for _ in 0..<4 { #expect(try vain(search) == "\(b)") }
  }

  @Test func `a silent port stays when there is no other`() throws {
    let search = search([a.port], remembered: a)
    for _ in 0..<200 { #expect(try vain(search) == "\(a)") }
    #expect(search.takeNews().isEmpty)
  }

  @Test func `an adapter that is plugged in again is read before other ports are tried further`() throws {
    closed.set([a.port: .missing])
    let search = search([a.port, b.port], remembered: a)
    #expect(try vain(search) == "\(b)")
    closed.set([:])
    #expect(try vain(search) == "\(a)")
    #expect(try vain(search) == "\(a)")
    #expect(search.takeNews().isEmpty, "it was known")
  }

  @Test func `no adapter is told, and one that comes later is found`() throws {
    let search = search([])
    let error = #expect(throws: InputError.self) { _ = try search.open(unless: stop) }
    #expect(error?.reason == "no serial adapter is connected")
  }

  @Test func `what the settings say is not searched`() throws {
    let search = LineSearch(
      port: a.port, baudrate: nil, parity: .odd,
      opener: { (_, _) throws(InputError) in Descriptor(owning: Glibc.open("/dev/null", O_RDONLY | O_CLOEXEC)) })
    for expected in [2400, 115_200] {
      _ = try search.open(unless: stop)
      #expect(search.form == LineForm(baudrate: expected, parity: .odd))
      search.gaveUp(Traffic())
    }
  }
}
