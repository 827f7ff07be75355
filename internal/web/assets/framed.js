(()=>{self!==top&&document.documentElement.classList.add("framed");})();
