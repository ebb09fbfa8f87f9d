// What the fault scripts need and Debian's base has not.
//
//     tool query DATABASE SQL                    rows, columns apart by |
//     tool hold DATABASE SECONDS                 keeps others from writing; prints "held" when it does
//     tool noise CAPTURE OCTETS SEED             the frames of a capture among random octets and damaged copies of themselves
//     tool octets CAPTURE                        its frames, without the times
//     tool serve FILE                            prints a port and sends the file to whoever connects first
//     tool play CAPTURE RATE [DAMAGE [SEED]]     prints a port and sends so many frames a second to one client after another, with DAMAGE bits
//                                                of a million turned over, or as a line of a wrong "parity" or "speed" reads them; then
//                                                prints "done" and how many were whole
//     tool pace CAPTURE CLOCK [AT:STEP...]       the same as fast as they are read, with the WORLD_CLOCK at the time of each frame; AT s from
//                                                the beginning on the wall clock is STEP s off
//     tool banner CAPTURE CLOCK TEXT             the same, and where there is a gap each connection gets the TEXT and is closed
//     tool rude CAPTURE RATE SEED                the same, with resets, ends in the middle and garbage; prints "done" at the end
//     tool count TRACE KINDS                     how many operations of these kinds there are, such as WTU
//     tool powercut TRACE FOLDER IMAGES SEED [FILE...]  cuts the power IMAGES times; syncs of the files with these endings are lies.
//                                                Prints commits, images, damaged, losing, registers lost, samples lost
//     tool walcut TRACE FOLDER IMAGES SEED       damages the write-ahead log of the end of the trace. Prints commits, images, damaged, commits
//                                                kept in the mean
//     tool flip FILE BITS SEED                   turns over random bits of a file in its place; prints where

import Foundation

func quit(_ text: String) -> Never {
  FileHandle.standardError.write(Data("tool: \(text)\n".utf8))
  exit(1)
}

let arguments = CommandLine.arguments.dropFirst()
do {
  switch (arguments.first, Array(arguments.dropFirst())) {
  case ("query", let rest) where rest.count == 2:
    let database = try Database(rest[0])
    for row in try database.rows(rest[1]) { print(row.joined(separator: "|")) }
    database.close()
  case ("hold", let rest) where rest.count == 2:
    let database = try Database(rest[0])
    try database.run("BEGIN IMMEDIATE")
    print("held")
    fflush(nil)
    Thread.sleep(forTimeInterval: Double(rest[1]) ?? 1)
    try database.run("ROLLBACK")
    database.close()
  case ("noise", let rest) where rest.count == 3:
    let stream = noise(among: frames(ofCapture: rest[0]), octets: Int(rest[1]) ?? 0, seed: UInt64(rest[2]) ?? 0)
    FileHandle.standardOutput.write(Data(stream))
  case ("octets", let rest) where rest.count == 1:
    FileHandle.standardOutput.write(Data(frames(ofCapture: rest[0]).joined()))
  case ("serve", let rest) where rest.count == 1:
    guard let data = FileManager.default.contents(atPath: rest[0]) else { quit("cannot read \(rest[0])") }
    serve(Array(data))
  case ("play", let rest) where (2...4).contains(rest.count):
    guard let damage = Damage(rest.count > 2 ? rest[2] : "0") else { quit("no damage: \(rest[2])") }
    play(
      frames(ofCapture: rest[0]), rate: Double(rest[1]) ?? 1, damage: damage,
      seed: rest.count > 3 ? UInt64(rest[3]) ?? 0 : 0)
  case ("pace", let rest) where rest.count >= 2:
    pace(readings(ofCapture: rest[0]), clock: Clock(path: rest[1], steps: rest[2...]))
  case ("banner", let rest) where rest.count == 3:
    pace(readings(ofCapture: rest[0]), clock: Clock(path: rest[1], steps: []), banner: Array("\(rest[2])\r\n".utf8))
  case ("rude", let rest) where rest.count == 3:
    playRudely(frames(ofCapture: rest[0]), rate: Double(rest[1]) ?? 1, seed: UInt64(rest[2]) ?? 0)
  case ("count", let rest) where rest.count == 2:
    print(Trace.count(path: rest[0], kinds: rest[1]))
  case ("powercut", let rest) where rest.count >= 4:
    var cut = try PowerCut(Trace(path: rest[0]), folder: rest[1], lying: Set(rest[4...]))
    cut.run(images: Int(rest[2]) ?? 0, seed: UInt64(rest[3]) ?? 0)
    print(cut.commits, cut.images, cut.damaged, cut.losing, cut.registersLost, cut.samplesLost)
  case ("walcut", let rest) where rest.count == 4:
    var cut = try PowerCut(Trace(path: rest[0]), folder: rest[1], lying: [])
    let kept = cut.damageLog(images: Int(rest[2]) ?? 0, seed: UInt64(rest[3]) ?? 0)
    print(cut.commits, cut.images, cut.damaged, kept)
  case ("flip", let rest) where rest.count == 3:
    flip(path: rest[0], bits: Int(rest[1]) ?? 0, seed: UInt64(rest[2]) ?? 0)
  default: quit("query, hold, noise, octets, serve, play, pace, banner, rude, count, powercut, walcut or flip")
  }
} catch {
  quit("\(error)")
}
