// A page that waits for a PDF looks again until it is there. After a minute it stops: then something is wrong.
(() => {
  let tries = 0;
  const look = async () => {
    tries += 1;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "application/pdf" } });
      if (answer.status !== 202) return location.reload();
    } catch { /* no answer is the same as not yet */ }
    if (tries < 40) setTimeout(look, 1500);
  };
  setTimeout(look, 800);
})();
