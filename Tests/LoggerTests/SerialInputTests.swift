import Foundation
import Glibc
import Metering
import TestSupport
import Testing

@testable import Logger

@Suite(.enabled(if: Machine.hasPseudoTerminals, "\(Machine.noPseudoTerminals)")) struct `Serial input` {
  let stop: Stop

  init() throws {
    stop = try Stop()
  }

  private static let everyOctet = [UInt8](0...255)

  @Test func `all 256 octets arrive unchanged`() throws {
    let line = try PseudoTerminal()
    // XON, XOFF, CR, LF, the mark of a parity error and the end of file among them, each beside each other's neighbour.
    let sent = Self.everyOctet + Self.everyOctet.reversed() + [0xFF, 0xFF, 0x00, 0x0D, 0x0A, 0x0A, 0x13, 0x11, 0x03]
    var received: [UInt8] = []
    let ending = try drive(try SerialInput(path: line.path), stop: stop) { event in
      switch event {
      case .opened: _ = try line.master.write(sent[...])
      case .octets(let octets, _): received += octets
      case .idle: break
      case .lost(let error, _): Issue.record(error)
      }
      return received.count >= sent.count ? .end : .proceed
    }
    #expect(ending == .handlerEnded)
    #expect(received == sent)
  }

  @Test func `octets written to the port leave it unchanged, and none comes back as an echo`() throws {
    let line = try PseudoTerminal()
    let port = try SerialInput(path: line.path).open(unless: stop)
    #expect(try port.write(Self.everyOctet[...]) == 256)
    #expect(line.master.read(count: 256) == Self.everyOctet)
    _ = try line.master.write([0x0A])
    #expect(port.read(count: 1) == [0x0A])
    var buffer = [UInt8](repeating: 0, count: 16)
    #expect(line.master.read(into: &buffer) == .nothing)
  }

  @Test(arguments: LineSpeed.all.map(\.baudrate))
  func `the port is raw and has the speed`(baudrate: Int) throws {
    let line = try PseudoTerminal()
    let port = try SerialInput(path: line.path, baudrate: baudrate).open(unless: stop)
    var settings = termios()
    #expect(tcgetattr(port.number, &settings) == 0)
    #expect(cfgetispeed(&settings) == LineSpeed(baudrate: baudrate)?.code)
    #expect(cfgetospeed(&settings) == LineSpeed(baudrate: baudrate)?.code)
    #expect(settings.c_lflag & tcflag_t(ICANON | ECHO | ECHONL | ISIG | IEXTEN) == 0)
    let translations = IXON | IXOFF | IXANY | ICRNL | INLCR | IGNCR | ISTRIP | PARMRK | INPCK | IGNPAR | BRKINT
    #expect(settings.c_iflag & tcflag_t(translations) == 0)
    #expect(settings.c_oflag & tcflag_t(OPOST) == 0)
    #expect(settings.c_cflag & tcflag_t(CSIZE) == tcflag_t(CS8))
    #expect(settings.c_cflag & tcflag_t(CLOCAL | CREAD) == tcflag_t(CLOCAL | CREAD))
    #expect(settings.c_cflag & (tcflag_t(CSTOPB | HUPCL) | tcflag_t(CRTSCTS)) == 0)
  }

  @Test(arguments: SerialInput.Parity.allCases)
  func `every parity can be set`(parity: SerialInput.Parity) throws {
    // Whether it holds only real hardware can show: a pseudo-terminal has no parity.
    let line = try PseudoTerminal()
    let input = try SerialInput(path: line.path, parity: parity)
    #expect(input.settings == "2400 8\(parity.rawValue)1")
    _ = try input.open(unless: stop)
  }

  @Test func `what came before the port was opened is dropped`() throws {
    let line = try PseudoTerminal()
    let early = Descriptor(owning: open(line.path, O_RDONLY | O_NOCTTY))
    _ = try line.master.write(Array("old\n".utf8)[...])
    var watched = pollfd(fd: early.number, events: Int16(POLLIN), revents: 0)
    #expect(poll(&watched, 1, 10_000) == 1)
    let port = try SerialInput(path: line.path).open(unless: stop)
    _ = try line.master.write(Array("new".utf8)[...])
    #expect(port.read(count: 3) == Array("new".utf8))
  }

  @Test func `an adapter that is pulled out and plugged in again is read on`() throws {
    try withScratchFolder { folder in
      let path = folder + "/adapter"
      var line: PseudoTerminal? = try PseudoTerminal()
      symlink(line?.path ?? "", path)
      var log: [String] = []
      let ending = try drive(try SerialInput(path: path), stop: stop) { event in
        switch event {
        case .opened:
          log.append("opened")
          _ = try line?.master.write([UInt8(log.count)])
        case .octets(let octets, _):
          log.append("octets \(hex(octets))")
          if octets == [4] { return .end }
          line = nil
        case .lost(let error, _):
          log.append("lost")
          #expect(error.kind == .closed)
          let next = try PseudoTerminal()
          unlink(path)
          symlink(next.path, path)
          line = consume next
        case .idle: break
        }
        return .proceed
      }
      #expect(ending == .handlerEnded)
      #expect(log == ["opened", "octets 01", "lost", "opened", "octets 04"])
    }
  }

  @Test func `a port that is not there is reported once, however often it is tried`() throws {
    var losses: [InputError] = []
    var ticks = 0
    let ending = try drive(try SerialInput(path: "/dev/no-such-port"), stop: stop) { event in
      if case .lost(let error, _) = event { losses.append(error) }
      if case .idle = event { ticks += 1 }
      return ticks == 20 ? .end : .proceed
    }
    #expect(ending == .handlerEnded)
    #expect(losses.map(\.kind) == [.missing])
    #expect(losses.first?.description.hasPrefix("/dev/no-such-port: there is no such port; ") == true)
  }

  @Test func `what is not a serial port is refused with what it is`() throws {
    try withScratchFolder { folder in
      let file = folder + "/day.capture"
      #expect(FileManager.default.createFile(atPath: file, contents: nil))
      mkfifo(folder + "/pipe", 0o600)
      for (path, what) in [
        (file, "a file"), (folder, "a folder"), (folder + "/pipe", "not a serial port"), ("/dev/null", "a device"),
      ] {
        let error = #expect(throws: InputError.self) {
          _ = try SerialInput(path: path).open(unless: stop)
        }
        #expect(error?.kind == .notSerial)
        #expect(error?.description.contains(what) == true)
      }
    }
  }

  @Test(arguments: [0, -2400, 12345, 4_000_000])
  func `a speed that no port has is refused with those it has`(baudrate: Int) {
    let error = #expect(throws: InputError.self) { try SerialInput(path: "/dev/ttyUSB0", baudrate: baudrate) }
    #expect(error?.kind == .setting)
    #expect(error?.description.contains("2400, 4800, 9600") == true)
  }

  @Test func `two programs cannot share a port, but one can follow the other`() throws {
    let line = try PseudoTerminal()
    let input = try SerialInput(path: line.path)
    do {
      let first = try input.open(unless: stop)
      let error = #expect(throws: InputError.self) { _ = try input.open(unless: stop) }
      #expect(error?.kind == .busy)
      #expect(first.number >= 0)
    }
    _ = try input.open(unless: stop)
  }

  @Test func `a user who may not open the port is told about the group`() async {
    await #expect(processExitsWith: .success) {
      let line = try PseudoTerminal()
      chmod(line.path, 0)
      if geteuid() == 0 { setuid(65534) }
      let input = try SerialInput(path: line.path)
      let error = #expect(throws: InputError.self) { _ = try input.open(unless: try Stop()) }
      #expect(error?.kind == .forbidden)
      #expect(error?.description.contains("dialout") == true)
    }
  }
}
