//! Folders that hold more than files, and files that do not stay as they are.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::Command;

use assert_cmd::cargo::cargo_bin;
use gazette::library::{IngestOptions, Library, Report};
use serde_json::Value;

/// In Turkish, which is read by rules: many of them take no time.
fn story(number: usize) -> String {
    format!(
        "{number} numaralı feribot döndü\n\nFeribot pazartesi günü adaya döndü, yetkililer böyle söyledi.\n"
    )
}

fn ingest(library: &mut Library, folder: &Path, tell: &mut dyn FnMut()) -> Report {
    let source = library.add_path(folder).expect("the folder is there");
    let mut progress = |_: &_| {
        tell();
        ControlFlow::Continue(())
    };
    library
        .ingest(source.id, &IngestOptions::default(), &mut progress)
        .expect("the library is ours")
}

#[test]
fn one_bad_file_among_many_costs_one_line() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let folder = home.path().join("news");
    fs::create_dir(&folder).expect("the home is ours");
    for n in 0..400 {
        fs::write(folder.join(format!("{n:03}.txt")), story(n)).expect("the folder is ours");
    }
    fs::write(folder.join("127.txt"), "").expect("the folder is ours");
    fs::write(folder.join("303.txt"), b"\x1f\x8b\x08 broken").expect("the folder is ours");
    let run = |arguments: &[&str]| {
        let mut command = Command::new(cargo_bin("gazette"));
        command.args(arguments).current_dir(home.path()).env("HOME", home.path());
        command.env("GAZETTE_LIBRARY", home.path().join("library")).env_remove("GAZETTE_CONFIG");
        let ran = command.output().expect("the binary starts");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        (ran.status.code(), text(ran.stdout), text(ran.stderr))
    };
    let objects = |text: &str| -> Vec<Value> {
        text.lines().map(|line| serde_json::from_str(line).expect("an object a line")).collect()
    };
    let (code, out, err) = run(&["add", "--wait", "news"]);
    assert_eq!((code, out.as_str()), (Some(1), "added 398 articles, 2 files skipped\n"));
    let lines: Vec<&str> = err.lines().collect();
    assert!(lines.len() == 2 && lines[0].ends_with("127.txt: has no text in it"), "{err}");
    assert!(lines[1].contains("303.txt: cannot be read: "), "{err}");

    let (code, out, err) = run(&["update", "--force", "--json"]);
    let (report, errors) = (&objects(&out)[0], objects(&err));
    assert_eq!((code, report["failed"].as_array().map(Vec::len)), (Some(1), Some(2)), "{out}");
    assert_eq!(report["failed"], Value::Array(errors.clone()));
    assert!(errors[0].as_object().expect("an object").keys().eq(["name", "line", "error"]));

    let (code, out, err) = run(&["cat", "--json", folder.to_str().expect("text")]);
    assert_eq!((code, out.lines().count(), objects(&err)), (Some(1), 398, errors));

    let (code, out, _) = run(&["sources", "--json"]);
    assert_eq!((code, &objects(&out)[0]["failed"]), (Some(0), &2.into()), "it is remembered");
    let (_, out, _) = run(&["sources", "--failed", "--json"]);
    let failed = objects(&out);
    assert!(
        failed[0].as_object().expect("an object").keys().eq(["source", "name", "line", "error"])
    );
    assert!(failed.len() == 2 && failed[1]["source"] == "news", "{out}");
    let (code, out, _) = run(&["sources", "--failed"]);
    assert!(
        code == Some(0) && out.lines().count() == 2 && out.contains("127.txt: has no"),
        "{out}"
    );

    fs::write(folder.join("127.txt"), story(127)).expect("the folder is ours");
    fs::remove_file(folder.join("303.txt")).expect("the folder is ours");
    assert_eq!(run(&["update"]).0, Some(0));
    assert_eq!(run(&["sources", "--failed"]).0, Some(1), "nothing fails any more");
}

#[cfg(unix)]
#[test]
fn pipes_devices_and_links_are_named_or_left() {
    use std::os::unix::fs::symlink;
    let home = tempfile::tempdir().expect("a temporary folder");
    let (folder, outside) = (home.path().join("news"), home.path().join("outside"));
    for folder in [&folder, &outside] {
        fs::create_dir(folder).expect("the home is ours");
    }
    fs::write(folder.join("a.txt"), story(1)).expect("ours");
    fs::write(outside.join("secret.txt"), story(2)).expect("ours");
    let made =
        Command::new("mkfifo").arg(folder.join("pipe.txt")).status().expect("mkfifo is there");
    assert!(made.success());
    let _socket = std::os::unix::net::UnixListener::bind(folder.join("socket")).expect("ours");
    symlink(outside.join("secret.txt"), folder.join("out.txt")).expect("ours");
    symlink(&outside, folder.join("out")).expect("ours");
    symlink(&folder, folder.join("loop")).expect("ours");
    symlink("/dev/zero", folder.join("zero.txt")).expect("ours");
    symlink(folder.join("b"), folder.join("a")).expect("ours");
    symlink(folder.join("a"), folder.join("b")).expect("ours");
    let mut library = Library::open(&home.path().join("library")).expect("a new library");
    let report = ingest(&mut library, &folder, &mut || {});
    let failed: Vec<String> = report.failed.iter().map(ToString::to_string).collect();
    assert_eq!(report.added, 1);
    assert!(
        failed.len() == 2 && failed.iter().all(|f| f.contains("is no regular file")),
        "{failed:?}"
    );
    for path in ["", "socket", "zero.txt", "loop", "a"] {
        let mut command = Command::new(cargo_bin("gazette"));
        let ran = command.arg("cat").arg(folder.join(path)).output().expect("the binary starts");
        assert!(ran.status.code().is_some_and(|code| code <= 1), "{path}: {ran:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_that_is_named_is_read() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let pipe = home.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo is there").success());
    let packed = |text: &str| {
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut gz, text.as_bytes()).expect("memory");
        gz.finish().expect("memory")
    };
    let lines = "{\"title\": \"One\", \"text\": \"It sails.\"}\n{\"title\": \"Two\", \"text\": \"It is back.\"}\n";
    for (content, arguments, titles) in [
        (story(7).into_bytes(), &[][..], vec!["7 numaralı feribot döndü"]),
        (packed(&story(8)), &[], vec!["8 numaralı feribot döndü"]),
        (lines.as_bytes().to_vec(), &["--from", "jsonl"], vec!["One", "Two"]),
        (vec![0; 99], &[], vec![]),
    ] {
        let mut command = Command::new(cargo_bin("gazette"));
        command.args(["cat", "--json"]).args(arguments).arg(&pipe);
        let writer = std::thread::spawn({
            let pipe = pipe.clone();
            move || fs::write(pipe, content)
        });
        let ran = command.output().expect("the binary starts");
        // A reader that has seen enough leaves the writer alone with a broken pipe.
        let _ = writer.join().expect("it ends");
        let printed: Vec<Value> = String::from_utf8(ran.stdout)
            .expect("text")
            .lines()
            .map(|line| serde_json::from_str(line).expect("an object a line"))
            .collect();
        assert!(printed.iter().map(|article| &article["title"]).eq(&titles), "{printed:?}");
        let err = String::from_utf8(ran.stderr).expect("text");
        assert_eq!(err.contains("pipe"), titles.is_empty(), "{err}");
    }
}

#[test]
fn files_may_grow_shrink_and_go_while_they_are_read() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let folder = home.path().join("news");
    fs::create_dir(&folder).expect("the home is ours");
    let path = |n: usize| folder.join(format!("{n:03}.txt"));
    for n in 0..300 {
        fs::write(path(n), story(n)).expect("the folder is ours");
    }
    let mut library = Library::open(&home.path().join("library")).expect("a new library");
    let mut begun = false;
    let report = ingest(&mut library, &folder, &mut || {
        if !std::mem::replace(&mut begun, true) {
            (200..250).for_each(|n| fs::remove_file(path(n)).expect("ours"));
            (250..280).for_each(|n| fs::write(path(n), "").expect("ours"));
            (280..300).for_each(|n| fs::write(path(n), story(n).repeat(50)).expect("ours"));
        }
    });
    assert!(report.complete);
    for failed in &report.failed {
        let words = failed.to_string();
        assert!(words.contains("no such file") || words.contains("has no text"), "{words}");
    }
    let report = ingest(&mut library, &folder, &mut || {});
    assert!(report.failed.iter().all(|failed| failed.to_string().contains("has no text")));
    assert_eq!(
        library.failures(100).expect("the library reads").len(),
        30,
        "only those that are empty"
    );
}

#[cfg(unix)]
#[test]
fn a_folder_that_may_not_be_read_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("a.txt"), story(1)).expect("ours");
    let closed = folder.path().join("closed");
    fs::create_dir(&closed).expect("ours");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).expect("ours");
    let read: Vec<_> = gazette::load::walk(folder.path()).collect();
    let rooted = fs::read_dir(&closed).is_ok();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).expect("ours");
    // Root may read everything.
    if !rooted {
        let error = read[1].as_ref().expect_err("it may not be read").to_string();
        assert!(
            read.len() == 2 && error.contains("closed: cannot be read: permission denied"),
            "{error}"
        );
    }
}
